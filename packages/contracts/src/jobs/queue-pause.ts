import type { JobType } from './job-registry.ts';

/** A queue that somebody paused: nothing of its type begins until it is resumed; what runs goes on. */
export type QueuePause = {
  readonly type: JobType;
  readonly pausedAt: Date;
  /** Id of the API key that asked for it. */
  readonly pausedBy: string;
};

/**
 * What an operator said about queues, kept in PostgreSQL. All of them throw DatabaseError. Doing again what is done
 * changes nothing.
 */
export type QueuePauses = {
  list(): Promise<readonly QueuePause[]>;
  /** Returns whether this call did it. */
  pause(type: JobType, by: string): Promise<boolean>;
  /** Returns whether this call did it. */
  resume(type: JobType): Promise<boolean>;
};
