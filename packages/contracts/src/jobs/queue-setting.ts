import type { JobType } from './job-registry.ts';

/** Attempts of a type at once in one worker process, at most. */
export const MAX_CONCURRENCY = 500;

/** What an operator set for a queue. Where there is nothing, each worker goes by its own settings. */
export type QueueSetting = {
  readonly type: JobType;
  /** Attempts at once in each worker process. */
  readonly concurrency: number;
  readonly changedAt: Date;
  /** Id of the API key that asked for it. */
  readonly changedBy: string;
};

/** Kept in PostgreSQL and told to all processes. Both throw DatabaseError. Doing again what is done changes nothing. */
export type QueueSettings = {
  list(): Promise<readonly QueueSetting[]>;
  /** null: back to the settings of each worker. Returns whether this call did it. */
  setConcurrency(type: JobType, concurrency: number | null, by: string): Promise<boolean>;
};
