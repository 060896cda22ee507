import type { Frontier } from '../frontier/frontier.ts';
import { wantedPosts } from '../frontier/limits.ts';
import { type Asked, locksOf } from './asked.ts';
import type { CollectPlan } from './collect-plan.ts';
import { freeLevels, nextPage, pagesAhead } from './plan-levels.ts';
import { freeWalls, listingPages, lookups, pinLooks } from './plan-listing.ts';

/** One slot of so many is kept for pages of posts, while they are needed. */
const PAGES_SHARE = 4;

type ToPlan = {
  readonly frontier: Frontier;
  readonly inFlight: readonly Asked[];
  /** Reads that fit into the request. */
  readonly room: number;
  readonly plan: CollectPlan;
  /** What may not be asked for just now. */
  readonly without?: ReadonlySet<Asked['kind']>;
};

/**
 * What the next request asks for. Breadth first: one page of everything that is open; listing before reading while few
 * posts are open, so that the next requests are full too. Slots that are left over take further pages of long walls and
 * long levels. Nothing is asked for that is in flight.
 */
export const planRequest = ({ frontier, inFlight, room, plan, without = new Set() }: ToPlan): readonly Asked[] => {
  const locks = new Set(inFlight.flatMap(locksOf));
  const hunger = hungerOf({ frontier, inFlight, room });
  const listings =
    hunger <= 0 || without.has('listing') ? [] : freeWalls(frontier, locks).map((wall) => listingPages(wall, hunger, { frontier, plan }));
  const levels = without.has('level') ? [] : freeLevels(frontier, locks).slice(0, room);
  // They have to be asked for in any case, and what they open keeps the next requests full.
  const pages = inTurns(listings.slice(0, pagesFor(hunger, frontier))).slice(0, room);
  const listed = pages.slice(0, Math.min(pagesFor(hunger, frontier), Math.max(1, Math.floor(room / PAGES_SHARE))));
  const breadth = [
    ...(without.has('pin') ? [] : pinLooks(frontier, room > 1 ? listed : [], locks)),
    ...listed,
    ...(without.has('lookup') ? [] : lookups(frontier, locks)),
    ...levels.map((level) => nextPage(level, plan)),
  ].slice(0, room);
  const extra = [...pages.slice(listed.length), ...inTurns(levels.map((level) => pagesAhead(level, plan)))];
  const asked = together(breadth, extra, room);
  // Behind the pages: they say what these may lack.
  return [...asked.filter(({ kind }) => kind !== 'pin'), ...asked.filter(({ kind }) => kind === 'pin')];
};

/**
 * Whether it is better to send this now than to wait for what is in flight: a request that is half empty is, as the answers
 * open more.
 */
export const isWorthSending = (asked: readonly Asked[], room: number, inFlight: readonly Asked[]): boolean =>
  asked.length > 0 && (asked.length * 2 >= room || inFlight.length === 0);

/** Posts that are missing to have enough to ask for, less what pages in flight will bring. */
export const hungerOf = ({ frontier, inFlight, room }: Pick<ToPlan, 'frontier' | 'inFlight' | 'room'>): number => {
  const coming = inFlight.filter(({ kind }) => kind === 'listing').length * frontier.postsPerPage;
  const taken = inFlight.filter((asked) => asked.kind === 'level' && asked.read.rootId === null && !asked.isAhead).length;
  return wantedPosts(room) - (frontier.posts.length - taken) - coming;
};

/** Pages that bring as many posts, by what the last pages brought. */
const pagesFor = (hunger: number, { postsPerPage }: Frontier): number => Math.ceil(hunger / Math.max(1, postsPerPage));

/** Pages ahead are of use only behind the page before them, so each follows its own in the request. */
const together = (breadth: readonly Asked[], extra: readonly Asked[], room: number): readonly Asked[] => {
  const first = new Set(breadth.map((asked) => locksOf(asked)[0]));
  const taken = extra.filter((asked) => first.has(locksOf(asked)[0])).slice(0, room - breadth.length);
  return [...breadth, ...taken];
};

/** One of each list, then the second of each, and so on: the order within each list stays. */
const inTurns = <T>(lists: readonly (readonly T[])[]): readonly T[] => {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
};
