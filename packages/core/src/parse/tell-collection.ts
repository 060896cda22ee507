import type { Logger } from '@otklik/shared';
import { passesMilestone } from '../jobs/milestones.ts';
import type { Frontier } from './frontier/frontier.ts';

const MAX_NAMED = 10;

/** What the owner of a collection reads of it: where it is and what it could not get. Counts and ids, no texts. */
export type TellCollection = ReturnType<typeof makeTellCollection>;

export const makeTellCollection = (logger: Logger) => ({
  found: (ownerId: string): void => logger.info('the wall is found', { ownerId }),

  /** A collection in slices goes on very often. */
  goesOn: (at: Frontier, starts: number): void => {
    if (passesMilestone(starts - 1, starts)) logger.info('the collection goes on from its checkpoint', countsOf(at));
  },

  postsRead: (before: Frontier, after: Frontier): void => {
    if (passesMilestone(before.totals.posts, after.totals.posts)) logger.info('posts are read', countsOf(after));
  },

  refused: ({ failures: before }: Frontier, { failures: after }: Frontier): void => {
    if (!passesMilestone(before.total, after.total)) return;
    const posts = after.posts.slice(before.posts.length, before.posts.length + MAX_NAMED);
    const walls = after.walls.slice(before.walls.length, before.walls.length + MAX_NAMED);
    logger.warn('VK does not give everything', { posts, walls, total: after.total });
  },

  asksForLess: (): void => logger.info('a page may be too heavy for VK, the next attempt asks for less'),

  ended: (at: Frontier): void => logger.info('the collection is complete', countsOf(at)),
});

const countsOf = ({ totals, failures, walls }: Frontier) => ({
  walls: totals.walls,
  posts: totals.posts,
  ofPosts: walls.length === 1 ? (walls[0]?.total ?? null) : null,
  skippedPosts: totals.skippedPosts,
  comments: totals.comments,
  newComments: totals.newComments,
  missing: totals.missing,
  requests: totals.requests,
  failed: failures.total,
});
