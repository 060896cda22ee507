import type { Frontier, OpenWall } from '../frontier/frontier.ts';
import { SECOND_LOOK_AFTER_MS } from '../frontier/limits.ts';
import { secondLook } from './follow-wall.ts';
import { type Gathered, inOrder } from './harvest.ts';
import type { ReadContext } from './read-context.ts';
import { withWall, withoutWall } from './take-listing.ts';

/** Ends walls of which every listed post is read; after a long crawl it looks once for posts published meanwhile. */
export const closeWalls = (from: Frontier, context: ReadContext): Gathered => {
  const owners = new Set([...from.posts.map(({ ownerId }) => ownerId), ...from.wanted.map((ref) => ref.split('_')[0])]);
  const done = from.walls.filter(
    ({ isListed, isPinDue, ownerId }) => isListed && isPinDue === undefined && ownerId !== null && !owners.has(ownerId),
  );
  return inOrder(from, done, (frontier, wall) => {
    if (mayHaveGrown(wall, context)) return { frontier: withWall(frontier, wall, secondLook(wall)) };
    const { ownerId, isByNumber } = wall;
    if (ownerId === null || isByNumber === true) return { frontier: withoutWall(frontier, wall) };
    const { totals } = frontier;
    return {
      frontier: withoutWall({ ...frontier, totals: { ...totals, walls: totals.walls + 1 } }, wall),
      harvest: { wallReads: [{ ownerId, state: 'complete', vkCode: null }] },
    };
  });
};

const mayHaveGrown = ({ isSecondLook, isByNumber, listedSince, selected }: OpenWall, { now, plan: { window } }: ReadContext): boolean => {
  if (isSecondLook === true || isByNumber === true || listedSince === null || now - listedSince < SECOND_LOOK_AFTER_MS) return false;
  const isPast = window.until !== null && window.until.getTime() <= listedSince;
  return !isPast && (window.maxPosts === null || selected < window.maxPosts);
};
