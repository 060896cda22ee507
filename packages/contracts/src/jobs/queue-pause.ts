import type { JobType } from './job-registry.ts';

/** A queue that somebody paused: nothing of its type begins until it is resumed; what runs goes on unless it is drained. */
export type QueuePause = {
  readonly type: JobType;
  readonly pausedAt: Date;
  /** Id of the API key that asked for it. */
  readonly pausedBy: string;
  /** What runs is asked to give its turn back at its next safe point. */
  readonly isDraining: boolean;
};

/**
 * What an operator said about queues, kept in PostgreSQL and told to all processes. All of them throw DatabaseError.
 * Doing again what is done changes nothing.
 */
export type QueuePauses = {
  list(): Promise<readonly QueuePause[]>;
  /** Returns whether this call did it. */
  pause(type: JobType, by: string): Promise<boolean>;
  /** Pauses it where it is not. Returns whether this call did it. */
  drain(type: JobType, by: string): Promise<boolean>;
  /** Ends a pause and a drain. Returns whether this call did it. */
  resume(type: JobType): Promise<boolean>;
};
