import type { JobType } from './job-registry.ts';

/**
 * What processes hear of each other's commits, within milliseconds and without the queue. A hint and never the truth:
 * what is missed is found in PostgreSQL a little later. Listeners must not throw and are never taken off.
 */
export type Signals = {
  /** Begins to listen, and tells {@link Signals.onHearing}. Before that nothing is heard. */
  start(): void;
  /** Somebody asked to stop this job, which runs. */
  onCancel(listener: (jobId: string) => void): void;
  /** An operator changed what holds for the queue of this type. */
  onQueueChanged(listener: (type: JobType) => void): void;
  /** It hears from now on. What was said before may have been missed: look at the database once. */
  onHearing(listener: () => void): void;
  /** False while signals may be missed. */
  isHearing(): boolean;
};
