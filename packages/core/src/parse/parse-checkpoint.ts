import { FailedPost } from '@otklik/contracts';
import { z } from 'zod';

const Id = z.string();
const Count = z.int().nonnegative();

/** How far one level of comments is read: the top level of a post, or the replies of one comment. */
const Level = z.object({
  /** null: the top level. */
  rootId: Id.nullable(),
  /** The last comments read, latest first: the next page begins at the first of them that VK still knows. */
  anchors: z.array(Id),
  /** Comments read of this level. */
  seen: Count,
  /** Read from the start again, because no anchor was left. Happens once. */
  hasRestarted: z.boolean(),
});
export type Level = z.output<typeof Level>;

/**
 * Where a collection goes on. Bounded, whatever the size of the wall: one page of posts and one page of threads are in
 * it at most.
 */
export const ParseCheckpoint = z.object({
  v: z.literal(1),
  ownerId: Id,
  wall: z.object({
    offset: Count,
    isListed: z.boolean(),
    /** The posts listed last, so that a page shifted by new posts is recognized. */
    recent: z.array(Id),
    pinnedId: Id.nullable(),
    /** Times in a row that a page had nothing in common with the one before. */
    gaps: Count,
    /** Posts that VK says there are to read, for the progress. */
    total: Count.nullable(),
  }),
  /** The page of posts at work, and those of them whose comments are still to be read. */
  page: z.array(Id),
  pending: z.array(Id),
  current: z.object({ postId: Id, levels: z.array(Level) }).nullable(),
  totals: z.object({ posts: Count, comments: Count, newComments: Count, claimed: Count, missing: Count, requests: Count, read: Count }),
  failedPosts: z.array(FailedPost),
  /** How many comments the next attempt asks for first, where VK gave no answer to a larger page. */
  pageSize: z.int().positive().optional(),
});
export type ParseCheckpoint = z.output<typeof ParseCheckpoint>;

/** The beginning of a collection. */
export const newCheckpoint = (ownerId: string): ParseCheckpoint => ({
  v: 1,
  ownerId,
  wall: { offset: 0, isListed: false, recent: [], pinnedId: null, gaps: 0, total: null },
  page: [],
  pending: [],
  current: null,
  totals: { posts: 0, comments: 0, newComments: 0, claimed: 0, missing: 0, requests: 0, read: 0 },
  failedPosts: [],
});

export const newLevel = (rootId: string | null): Level => ({ rootId, anchors: [], seen: 0, hasRestarted: false });
