import type { JobType } from './job-registry.ts';

/** What a worker does for one type of job. */
export type WorkerQueue = {
  readonly type: JobType;
  /** Attempts at once. */
  readonly concurrency: number;
  /** Attempts that run. */
  readonly active: number;
  /** How long ago, at the moment of the report, a delivery last began or ended; null before the first. */
  readonly idleMs: number | null;
};

/** What a worker process says about itself. */
export type WorkerReport = {
  /** Of this run of the process: names may be given twice, ids are not. */
  readonly id: string;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly queues: readonly WorkerQueue[];
  readonly isDraining: boolean;
};

/** `draining`: on its way out. `silent`: not heard of for so long that it is gone, or cut off. */
export const workerStates = ['alive', 'draining', 'silent'] as const;
export type WorkerState = (typeof workerStates)[number];

/** A worker as the others know it. All moments are the database's. */
export type WorkerRecord = Omit<WorkerReport, 'queues' | 'isDraining'> & {
  readonly state: WorkerState;
  readonly queues: readonly (Omit<WorkerQueue, 'idleMs'> & { readonly lastConsumedAt: Date | null })[];
  readonly startedAt: Date;
  readonly lastSeenAt: Date;
};

/** The workers of an installation. All of them throw DatabaseError. */
export type WorkerRegistry = {
  /** Writes the report, and forgets a few of those who have been silent for an hour. */
  report(worker: WorkerReport): Promise<void>;
  /** For a clean stop. */
  remove(id: string): Promise<void>;
  /** In the order of their names, 1,000 at most. */
  list(): Promise<readonly WorkerRecord[]>;
};
