import type { JobType } from '@otklik/contracts';

/** Pausing queues where the truth about it is kept. What the queue itself remembers may be lost with it. */
export type BoardPauses = {
  /** Those that are paused. */
  list(): Promise<ReadonlySet<JobType>>;
  pause(type: JobType, by: string): Promise<void>;
  resume(type: JobType, by: string): Promise<void>;
};

/** The same, told who asks. */
export type OwnPauses = {
  list(): Promise<ReadonlySet<JobType>>;
  pause(type: JobType): Promise<void>;
  resume(type: JobType): Promise<void>;
};
