import { z } from 'zod';
import { PostRef, VkId } from '../ids.ts';
import { Moment } from '../moment.ts';
import type { JobSpec } from './job-spec.ts';

const SCREEN_NAME = /^(?!-?\d+$)[A-Za-z0-9_.]{2,64}$/;

/** A community or user page: a signed id, or a screen name as in `vk.com/<name>`. */
export const WallRef = z
  .string()
  .refine((text) => VkId.safeParse(text).success || SCREEN_NAME.test(text), 'must be a signed id such as -1, or a screen name');

/** What to collect. One object and no union, so that a fault is told where it is. */
const Target = z
  .strictObject({
    wall: WallRef.optional().describe('A community or user page: a signed id such as -1, or a screen name.'),
    post: PostRef.optional().describe('A post as `<owner>_<post>`, such as -1_45.'),
  })
  .meta({ description: 'Either a wall or a post.', minProperties: 1, maxProperties: 1 })
  .transform(({ wall, post }, ctx): { readonly wall: string } | { readonly post: string } => {
    if (wall !== undefined && post === undefined) return { wall };
    if (post !== undefined && wall === undefined) return { post };
    ctx.addIssue({ code: 'custom', message: 'must name either a wall or a post' });
    return z.NEVER;
  })
  // Says what comes out: a transform by itself can't be documented.
  .pipe(z.union([z.strictObject({ wall: z.string() }), z.strictObject({ post: z.string() })]));

const Window = z.strictObject({
  since: Moment.optional().describe('Only posts published at this moment or later.'),
  until: Moment.optional().describe('Only posts published before this moment.'),
  maxPosts: z.int().min(1).max(1_000_000).optional().describe('Newest posts first, at most so many.'),
});

/** What `POST /v1/jobs/parse` takes beside the options of every job. */
export const ParsePayload = z
  .strictObject({
    target: Target,
    window: Window.prefault({}),
    options: z
      .strictObject({
        threads: z.boolean().default(true).describe('Collect the replies below each comment too.'),
        includeAuthors: z.boolean().default(true).describe('Store names of authors as VK gives them.'),
      })
      .prefault({}),
  })
  .meta({
    id: 'ParsePayload',
    examples: [{ target: { wall: 'apiclub' }, window: { maxPosts: 100 }, options: { threads: true, includeAuthors: true } }],
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
