import { type Frontier, type OpenWall, isDoubtful } from '../frontier/frontier.ts';
import { KEYS_PER_LOOKUP, PAGE } from '../frontier/limits.ts';
import { OVERLAP } from '../reading/follow-wall.ts';
import { type Asked, keyOfRef, lookupLock, postRef, wallLock } from './asked.ts';
import type { CollectPlan } from './collect-plan.ts';

type AskedListing = Extract<Asked, { readonly kind: 'listing' }>;

/** Pages that a window may end before: asked for ahead they may be for nothing, and VK counts calls of a day. */
const MAX_AHEAD_IN_WINDOW = 4;

/** Walls whose next page of posts may be asked for. */
export const freeWalls = ({ walls }: Frontier, locks: ReadonlySet<string>): readonly OpenWall[] =>
  walls.filter(
    ({ ref, ownerId, isListed, isByNumber }) => ownerId !== null && !isListed && isByNumber !== true && !locks.has(wallLock(ref)),
  );

/** The next pages of a wall, as many as bring `hunger` posts to read by what the last pages brought; at least one. */
export const listingPages = (wall: OpenWall, hunger: number, { frontier, plan }: Pages): readonly AskedListing[] => {
  const count = wall.pageSize ?? PAGE;
  const step = Math.max(1, count - OVERLAP);
  const needed = Math.ceil(hunger / Math.max(1, frontier.postsPerPage));
  const pages = Math.max(1, Math.min(needed, pagesLeft(wall, step, plan)));
  return Array.from({ length: pages }, (_, index) => ({
    kind: 'listing',
    ref: wall.ref,
    isAhead: index > 0,
    read: { kind: 'posts', ownerId: wall.ownerId ?? '', offset: wall.offset + index * step, count },
  }));
};

/** Looks at what is pinned: with every further page of a wall, and where none could go with one. */
export const pinLooks = ({ walls }: Frontier, pages: readonly AskedListing[], locks: ReadonlySet<string>): readonly Asked[] => {
  const further = new Set(pages.flatMap(({ ref, read }) => (read.offset > 0 ? [ref] : [])));
  return walls
    .filter(({ ref, isPinDue }) => (isPinDue === true || further.has(ref)) && !locks.has(wallLock(ref)))
    .map(({ ref, ownerId }) => pinOf(ref, ownerId ?? ''));
};

const pinOf = (ref: string, ownerId: string): Asked => ({ kind: 'pin', ref, read: { kind: 'posts', ownerId, offset: 0, count: 1 } });

type Pages = { readonly frontier: Frontier; readonly plan: CollectPlan };

/** Known only after the first page. */
const pagesLeft = ({ offset, count, total, isSecondLook }: OpenWall, step: number, { window }: CollectPlan): number => {
  if (count === null || isSecondLook === true) return 1;
  const pages = Math.ceil((Math.min(count, total ?? count) - offset) / step);
  return window.since === null ? pages : Math.min(pages, MAX_AHEAD_IN_WINDOW);
};

/** Posts to find by number: those of the order, and those of which VK said only that there is no access. */
export const lookups = (frontier: Frontier, locks: ReadonlySet<string>): readonly Asked[] => {
  const doubtful = frontier.posts.filter(isDoubtful).map(postRef);
  const refs = [...new Set([...doubtful, ...frontier.wanted])].filter((ref) => !locks.has(lookupLock(ref)));
  const keys = refs.map(keyOfRef);
  const size = frontier.keysPerLookup ?? KEYS_PER_LOOKUP;
  return Array.from({ length: Math.ceil(keys.length / size) }, (_, index) => ({
    kind: 'lookup',
    read: { kind: 'postsById', keys: keys.slice(index * size, (index + 1) * size) },
  }));
};
