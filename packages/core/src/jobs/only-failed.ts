import { type JobRecord, ParsePayload } from '@otklik/contracts';
import { ConflictError } from '@otklik/shared';
import { z } from 'zod';

/** What a result says of failures, in whatever version it was written. Of one wall, posts did not name their owner. */
const Failures = z.object({
  ownerId: z.string().nullish(),
  failedPosts: z.array(z.object({ ownerId: z.string().optional(), postId: z.string() })).default([]),
  failedWalls: z.array(z.object({ ref: z.string() })).default([]),
});

/**
 * The payload of a parse job that collects what this one could not: the same window and options, and as target the walls and posts
 * that its result names as failed (of very many, the first thousand). Throws ConflictError when there are none.
 */
export const onlyFailed = (job: Pick<JobRecord, 'type' | 'payload' | 'result'>): ParsePayload => {
  if (job.type !== 'parse') throw nothing('Only parse jobs tell what failed. Retry it from its checkpoint or from the start.');
  const failures = Failures.safeParse(job.result);
  if (!failures.success) throw nothing('The job has no result that tells what failed. Retry it from its checkpoint or from the start.');
  const { ownerId, failedPosts, failedWalls } = failures.data;
  const posts = failedPosts.map((post) => `${post.ownerId ?? ownerId}_${post.postId}`);
  const list = [...new Set([...failedWalls.map(({ ref }) => ref), ...posts])];
  if (list.length === 0) throw nothing('Nothing of the job failed.');
  const { window, options } = ParsePayload.parse(job.payload);
  // The posts are named by the list itself.
  const { postIds: _postIds, ...span } = window;
  return ParsePayload.parse({ target: { list }, window: span, options });
};

const nothing = (message: string): ConflictError => new ConflictError(message);
