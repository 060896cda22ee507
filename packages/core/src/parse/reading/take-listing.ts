import type { ReadState } from '@otklik/contracts';
import type { VkApiError } from '@otklik/shared';
import { withFailedWall, withReason } from '../frontier/failures.ts';
import type { Frontier, OpenWall } from '../frontier/frontier.ts';
import { MAX_ENDED_WALLS, MAX_OPEN_POSTS, PAGE, PAGE_GROWTH } from '../frontier/limits.ts';
import type { Asked } from '../planning/asked.ts';
import type { PostsPage } from '../vk-reads.ts';
import { followWall } from './follow-wall.ts';
import { type Harvest, type Reaped, gather } from './harvest.ts';
import type { ReadContext } from './read-context.ts';
import { halved, stateOfCode, wantsLess } from './refusals.ts';
import { takePosts } from './take-posts.ts';

type AskedListing = Extract<Asked, { readonly kind: 'listing' }>;

/** A page of posts: rows, posts to read, and where the list goes on. */
export const takeListing = (
  frontier: Frontier,
  { asked, page, context }: { readonly asked: AskedListing; readonly page: PostsPage; readonly context: ReadContext },
): Reaped => {
  const { offset, count: requested } = asked.read;
  const open = frontier.walls.find(({ ref }) => ref === asked.ref);
  // More posts than thought were to read: the page is read again when they are.
  const isTooMuch = frontier.posts.length + page.posts.length > MAX_OPEN_POSTS;
  if (open === undefined || (asked.isAhead && (open.isListed || isTooMuch))) return { frontier };
  const { wanted, wall } = followWall({ wall: open, page, offset, requested, window: context.plan.window, isAhead: asked.isAhead });
  const next = { ...grown(wall), listedSince: wall.listedSince ?? context.now };
  const others = wanted.filter((post) => !context.isNamed(post));
  const taken = takePosts(withWall(frontier, open, next), others, context);
  return { frontier: taken.frontier, harvest: gather([{ authors: page.authors }, taken.harvest]) };
};

/** A wall that can't be listed is left out, with what was listed of it kept. Heavy pages are asked for in parts. */
export const refuseListing = (
  frontier: Frontier,
  { asked, error, context }: { readonly asked: AskedListing; readonly error: VkApiError; readonly context: ReadContext },
): Reaped => {
  const open = frontier.walls.find(({ ref }) => ref === asked.ref);
  if (open === undefined || asked.isAhead) return { frontier };
  const pageSize = wantsLess(error) ? halved(asked.read.count) : null;
  if (pageSize !== null) return { frontier: withWall(frontier, open, { ...open, pageSize }) };
  if (context.isOnlyTarget && open.listedSince === null) throw error;
  return failWall(frontier, open, error);
};

/** What is known of the only wall of a job that ends because VK refuses it. */
export const refusalOfOnlyWall = ({ walls }: Frontier, { vkCode }: VkApiError): Pick<Harvest, 'wallReads'> => ({
  wallReads: walls.flatMap(({ ownerId }) => (ownerId === null ? [] : [{ ownerId, state: stateOfCode(vkCode), vkCode }])),
});

/** Ends a wall that VK does not give. */
export const failWall = (frontier: Frontier, wall: OpenWall, error: VkApiError): Reaped => {
  const { vkCode } = error;
  const state: ReadState = stateOfCode(vkCode);
  const { ownerId } = wall;
  return {
    frontier: withoutWall(withFailedWall(withReason(frontier, vkCode, error.message), { ref: wall.ref, vkCode }), wall),
    harvest: { wallReads: ownerId === null ? [] : [{ ownerId, state, vkCode }] },
  };
};

export const withWall = (frontier: Frontier, before: OpenWall, after: OpenWall): Frontier => ({
  ...frontier,
  walls: frontier.walls.map((wall) => (wall === before ? after : wall)),
});

export const withoutWall = (frontier: Frontier, wall: OpenWall): Frontier => ({
  ...frontier,
  walls: frontier.walls.filter((open) => open !== wall),
  endedWalls: [
    ...frontier.endedWalls.filter((ownerId) => ownerId !== wall.ownerId),
    ...(wall.ownerId === null ? [] : [wall.ownerId]),
  ].slice(-MAX_ENDED_WALLS),
});

const grown = (wall: OpenWall): OpenWall => {
  const pageSize = wall.pageSize === undefined ? PAGE : wall.pageSize + PAGE_GROWTH;
  return { ...wall, pageSize: pageSize >= PAGE ? undefined : pageSize };
};
