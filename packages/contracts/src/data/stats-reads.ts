import type { JobType } from '../jobs/job-registry.ts';
import type { JobState } from '../jobs/job-states.ts';

/** What a workspace has collected, in whole numbers that are right at every commit. */
export type CollectedTotals = {
  readonly walls: number;
  readonly posts: number;
  readonly authors: number;
  /** Deleted ones included. */
  readonly comments: number;
  readonly commentsDeleted: number;
  /** What VK claims of the posts. */
  readonly commentsClaimed: number;
  /** When the newest collection that succeeded ended; null before the first. */
  readonly lastCollectedAt: Date | null;
};

/** Jobs of a type in a state; combinations without a job are left out. */
export type JobCount = { readonly type: JobType; readonly state: JobState; readonly jobs: number };

/** Counting stops here in each state, at its newest jobs. */
export const JOBS_COUNTED_MAX = 100_000;

/** Totals of one workspace, quick however much there is. Every method throws DatabaseError. */
export type StatsReads = {
  collected(workspaceId: string): Promise<CollectedTotals>;
  /** Of each state the newest {@link JOBS_COUNTED_MAX} jobs, by type. */
  jobs(workspaceId: string): Promise<readonly JobCount[]>;
};
