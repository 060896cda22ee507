import { z } from 'zod';
import { ParseTarget } from '../targets/parse-target.ts';
import { PostNumber, VkId } from '../ids.ts';
import { AFTER_SINCE, Moment, beginsBeforeItEnds } from '../moment.ts';
import type { JobSpec } from './job-spec.ts';

const Window = z.strictObject({
  since: Moment.optional().describe('Only posts published at this moment or later.'),
  until: Moment.optional().describe('Only posts published before this moment.'),
  maxPosts: z.int().min(1).max(1_000_000).optional().describe('Of each wall, newest posts first, at most so many.'),
  maxCommentsPerPost: z
    .int()
    .min(1)
    .max(10_000_000)
    .optional()
    .describe('Oldest comments first, replies included: what lies behind them is reported as cut.'),
  postIds: z.array(PostNumber).min(1).max(1_000).optional().describe('Only these posts of the wall, by their numbers.'),
});

const Options = z.strictObject({
  threads: z.boolean().default(true).describe('Collect the replies below each comment too.'),
  includeAuthors: z.boolean().default(true).describe('Store names of authors as VK gives them.'),
  recrawlHours: z
    .int()
    .min(1)
    .max(87_600)
    .default(72)
    .describe(
      "Posts that were younger than this when they were read last are read again; older ones when VK's count of their comments has moved. Edits do not move it, nor does one comment that is removed while another is written: under old posts only `full` finds those.",
    ),
  full: z
    .boolean()
    .default(false)
    .describe(
      'Read the comments of every post again, whatever its age and counter: the only way to find, under posts older than `recrawlHours`, edits and removals that others have made up for in the count. Costs as much as the first collection. `commentsReadAt` of a post says how old its numbers are.',
    ),
});

/** What `POST /v1/jobs/parse` takes beside the options of every job. */
export const ParsePayload = z
  .strictObject({ target: ParseTarget, window: Window.refine(beginsBeforeItEnds, AFTER_SINCE).prefault({}), options: Options.prefault({}) })
  .superRefine(({ target, window }, ctx) => {
    if (window.postIds !== undefined && !('wall' in target))
      ctx.addIssue({
        code: 'custom',
        path: ['window', 'postIds'],
        message: 'goes with a wall as target: only its posts can be told by number',
      });
  })
  .meta({
    id: 'ParsePayload',
    examples: [
      {
        target: { wall: 'apiclub' },
        window: { maxPosts: 100 },
        options: { threads: true, includeAuthors: true, recrawlHours: 72, full: false },
      },
    ],
  });
export type ParsePayload = z.output<typeof ParsePayload>;

/** A post whose comments could not be had, and why. */
export const FailedPost = z.object({
  ownerId: VkId.optional().describe('Missing in results of older versions: the wall of the result, then.'),
  postId: VkId,
  vkCode: z.int().nullable().describe('null: VK has no such post, or does not show it.'),
  reason: z.string(),
});
export type FailedPost = z.output<typeof FailedPost>;

/** A wall that could not be had, as the order names it, and why. */
export const FailedWall = z.object({ ref: z.string(), vkCode: z.int().nullable(), reason: z.string() });
export type FailedWall = z.output<typeof FailedWall>;

const Count = z.int().nonnegative();

/** Claimed and not collected, by what is to blame. */
const MissingBy = z
  .object({
    cut: Count.default(0).describe('As many comments as were asked for were read, or replies were left out.'),
    closed: Count.default(0).describe('Comments are closed or hidden.'),
    private: Count.default(0).describe('A closed community, a private profile, blocked content.'),
    deleted: Count.default(0).describe('The post or its wall was removed while it was read.'),
    donut: Count.default(0).describe('For paying subscribers only.'),
    error: Count.default(0).describe('A fault of VK that stayed.'),
    unread: Count.default(0).describe('VK counts more than when the post was read.'),
    unexplained: Count.default(0).describe('VK counts more than it gave. Its counters may include removed comments.'),
  })
  .describe('Adds up to `missing`.');

/** What a collection hands over. Counts are of the posts that it read, or found unchanged since they were read. */
export const ParseResult = z
  .object({
    ownerId: VkId.nullable().describe('Whose wall it is, where one wall or post was collected; null for a list.'),
    postId: VkId.nullable().describe('Set when one post was collected, not the wall.'),
    ownerIds: z.array(VkId).default([]).describe('Of a list: walls that posts were collected of, at most 1,000.'),
    walls: Count.default(0).describe('Walls whose posts were listed to the end.'),
    posts: Count,
    comments: Count.describe('Comments stored of these posts, replies and deleted stubs included.'),
    newComments: Count.describe('Of those, first stored after this job had started.'),
    claimed: Count.describe("What VK's own counters say the posts have. May include removed ones: a hint, not a truth."),
    missing: Count.describe('Claimed and not collected, summed over the posts where VK claims more than it gives.'),
    missingBy: MissingBy.prefault({}),
    skippedPosts: Count.default(0).describe(
      'Of the posts, those that were passed over, as they had settled and VK counts as many comments as when they were read. They keep their `commentsReadAt`.',
    ),
    requests: Count.describe('Requests to VK whose answers were stored, over all attempts; finding walls is not counted.'),
    failedPosts: z.array(FailedPost).describe('At most 1,000 together with `failedWalls`.'),
    failedWalls: z.array(FailedWall).default([]),
    failedTotal: Count.default(0).describe('Posts and walls that failed, listed or not.'),
  })
  .meta({ id: 'ParseResult' });
export type ParseResult = z.output<typeof ParseResult>;

/** Collects the comments of a wall or of a post. */
export const parseJob = {
  does: 'Collect the comments of a wall or of a post',
  queue: 'parse',
  maxAttempts: 3,
  timeoutMs: 300_000,
  concurrency: 10,
  inheritsScope: false,
  payload: ParsePayload,
  result: ParseResult,
} as const satisfies JobSpec;
