import type { Logger } from '@otklik/shared';
import { passesMilestone } from '../jobs/milestones.ts';
import type { ParseCheckpoint } from './parse-checkpoint.ts';

const MAX_NAMED = 10;

/** What the owner of a collection reads of it: where it is and what it could not get. Counts and ids, no texts. */
export const makeTellCollection = (logger: Logger) => ({
  found: (ownerId: string): void => logger.info('the wall is found', { ownerId }),

  /** A collection in slices goes on very often. */
  goesOn: (at: ParseCheckpoint, starts: number): void => {
    if (passesMilestone(starts - 1, starts)) logger.info('the collection goes on from its checkpoint', countsOf(at));
  },

  postsRead: (before: ParseCheckpoint, after: ParseCheckpoint): void => {
    if (passesMilestone(before.totals.posts, after.totals.posts)) logger.info('posts are read', countsOf(after));
  },

  refused: (before: ParseCheckpoint, after: ParseCheckpoint): void => {
    const total = after.failedPosts.length;
    if (!passesMilestone(before.failedPosts.length, total)) return;
    const posts = after.failedPosts.slice(before.failedPosts.length, before.failedPosts.length + MAX_NAMED);
    logger.warn('VK does not give the comments of posts', { posts, total });
  },

  asksForLess: (pageSize: number): void => logger.info('a page may be too heavy for VK, the next attempt asks for less', { pageSize }),

  ended: (at: ParseCheckpoint): void => logger.info('the collection is complete', countsOf(at)),
});

const countsOf = ({ totals, failedPosts, wall }: ParseCheckpoint) => ({
  posts: totals.posts,
  ofPosts: wall.total,
  comments: totals.comments,
  newComments: totals.newComments,
  missing: totals.missing,
  requests: totals.requests,
  failedPosts: failedPosts.length,
});
