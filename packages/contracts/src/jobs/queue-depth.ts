import type { JobType } from './job-registry.ts';
import type { Priority } from './job-states.ts';

/** Counting stops here: beyond it nobody needs to know, and it would cost more than the news is worth. */
export const DEPTH_CAP = 100_000;

/** What is to be done of one type and priority, in all workspaces. */
export type QueueDepth = {
  readonly type: JobType;
  readonly priority: Priority;
  /** Due and not begun, {@link DEPTH_CAP} at most. */
  readonly waiting: number;
  readonly running: number;
  /** How long the oldest of the waiting has been due; null when none waits. */
  readonly oldestSeconds: number | null;
};
