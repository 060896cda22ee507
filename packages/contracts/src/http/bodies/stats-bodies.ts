import { z } from 'zod';
import { JobType } from '../../jobs/job-registry.ts';
import { JobState } from '../../jobs/job-states.ts';

const count = z.int();
const noJobs = { blocked: 0, queued: 0, running: 0, cancelling: 0, succeeded: 0, failed: 0, timed_out: 0, cancelled: 0 };

/** What a workspace holds. */
export const OverviewBody = z
  .object({
    countedAt: z.iso.datetime().describe('When this was counted: a minute ago or two; longer while the database is away.'),
    walls: count,
    posts: count,
    authors: count,
    comments: z.object({
      stored: count.describe('Deleted ones included.'),
      deleted: count.describe('Of the stored, those that VK has deleted since or shows as deleted.'),
    }),
    coverage: z.object({
      claimed: count.describe('Comments that VK counts below the stored posts: a hint, not a truth.'),
      collected: count,
    }),
    jobs: z.object({
      byType: z.array(z.object({ type: JobType, states: z.record(JobState, count) })).describe('Every type and every state.'),
      isCapped: z.boolean().describe('Of each state the newest 100,000 jobs are counted; true when there may be more.'),
    }),
    lastCollectedAt: z.iso.datetime().nullable().describe('When the newest collection that succeeded ended; null before the first.'),
  })
  .meta({
    id: 'Overview',
    examples: [
      {
        countedAt: '2026-11-25T09:00:00.000Z',
        walls: 3,
        posts: 1_240,
        authors: 5_018,
        comments: { stored: 48_310, deleted: 212 },
        coverage: { claimed: 48_402, collected: 48_310 },
        jobs: {
          byType: [
            { type: 'parse', states: { ...noJobs, running: 1, succeeded: 41 } },
            { type: 'analyze', states: { ...noJobs, queued: 1, succeeded: 40 } },
            { type: 'export', states: { ...noJobs, succeeded: 7, failed: 1 } },
          ],
          isCapped: false,
        },
        lastCollectedAt: '2026-11-25T08:57:12.480Z',
      },
    ],
  });
export type OverviewBody = z.output<typeof OverviewBody>;
