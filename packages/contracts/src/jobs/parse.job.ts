import { z } from 'zod';
import { ParseTarget } from '../targets/parse-target.ts';
import { PostNumber, VkId } from '../ids.ts';
import { Moment } from '../moment.ts';
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
    .describe('Posts younger than this are read again each time; older ones when their counter of comments has moved.'),
  full: z.boolean().default(false).describe('Read every post again, whatever its age and counter.'),
});

/** What `POST /v1/jobs/parse` takes beside the options of every job. */
export const ParsePayload = z
  .strictObject({ target: ParseTarget, window: Window.prefault({}), options: Options.prefault({}) })
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
export const FailedPost = z.object({ postId: VkId, vkCode: z.int().nullable(), reason: z.string() });
export type FailedPost = z.output<typeof FailedPost>;

/** What a collection hands over. Counts are of the posts that it read. */
export const ParseResult = z
  .object({
    ownerId: VkId,
    postId: VkId.nullable().describe('Set when one post was collected, not the wall.'),
    posts: z.int(),
    comments: z.int().describe('Comments stored of the posts that this job read, replies and deleted stubs included.'),
    newComments: z.int().describe('Of those, first stored after this job had started.'),
    claimed: z.int().describe("What VK's own counters say the posts have. May include removed ones: a hint, not a truth."),
    missing: z.int().describe('Claimed and not collected, summed over the posts where VK claims more than it gives.'),
    requests: z.int().describe('Answers of VK that were stored, over all attempts; finding the wall is not counted.'),
    failedPosts: z.array(FailedPost).describe('At most 1,000 of them.'),
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
