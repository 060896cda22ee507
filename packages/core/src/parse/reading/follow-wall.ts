import type { OpenWall } from '../frontier/frontier.ts';
import type { ListedPost, PostsPage } from '../vk-reads.ts';
import { MAX_PINNED } from '../frontier/limits.ts';
import { compareIds } from './ascending.ts';

/** Posts read again with each page, so that a removed post is noticed by the shift it causes. */
export const OVERLAP = 10;
const STEP_BACK = 50;
const MAX_GAPS = 3;
const RECENT = 300;

/** Which posts of a wall are wanted. */
export type PostWindow = { readonly since: Date | null; readonly until: Date | null; readonly maxPosts: number | null };

type WallPage = {
  readonly wall: OpenWall;
  readonly page: PostsPage;
  /** Where the page was asked to begin, and how long to be. */
  readonly offset: number;
  readonly requested: number;
  readonly window: PostWindow;
  /** Asked for together with the page before it, before that had come. */
  readonly isAhead: boolean;
};

export type FollowedWall = { readonly wanted: readonly ListedPost[]; readonly wall: OpenWall };

/**
 * The posts of a page that are wanted and new to this collection, and where the list goes on. Posts are addressed by
 * offset: a new one shifts pages down (known posts come again and are skipped), a removed one shifts them up (posts would
 * be lost), which shows in that the overlap with the page before is gone; then the list goes back a step. A pinned post stands
 * first and nowhere else, so one that is pinned before the list comes to its place is on no further page: see take-pin.ts.
 */
export const followWall = ({ wall: before, page, offset, requested, window, isAhead }: WallPage): FollowedWall => {
  const wall = { ...before, offset };
  const isKnown = knownTo(before);
  const fresh = page.posts.filter((post) => !isKnown(post));
  const isGap = offset > 0 && before.isSecondLook === undefined && page.posts.length > 0 && fresh.length === page.posts.length;
  // The page before it came short, or not at all: what lies between is asked for first.
  if (isAhead && (isGap || page.posts.length === 0)) return { wanted: [], wall: before };
  // Nothing where VK counts some: once more, before the wall is taken to end here.
  const isDoubtful = page.posts.length === 0 && page.count !== null && offset < page.count;
  if (isDoubtful && before.gaps === 0) return { wanted: [], wall: { ...wall, gaps: 1 } };
  if (isGap && wall.gaps < MAX_GAPS) return { wanted: [], wall: { ...wall, offset: Math.max(0, offset - STEP_BACK), gaps: wall.gaps + 1 } };

  const inWindow = fresh.filter((post) => isWanted(post, window));
  const wanted = window.maxPosts === null ? inWindow : inWindow.slice(0, Math.max(0, window.maxPosts - wall.selected));
  const selected = wall.selected + wanted.length;
  const isFull = window.maxPosts !== null && selected >= window.maxPosts;
  const isPastWindow = page.posts.some((post) => !post.isPinned && window.since !== null && post.date < window.since);
  const isListed = fresh.length === 0 || isFull || isPastWindow || reachesKnown(before, page) || isLastPage({ page, offset, requested });
  return {
    wanted,
    wall: {
      ...wall,
      selected,
      isListed,
      offset: offset + Math.max(1, page.posts.length - OVERLAP),
      // Nothing is compared with them any more.
      recent: isListed ? [] : [...page.posts.map(({ postId }) => postId), ...wall.recent].slice(0, RECENT),
      pinnedIds: withPinned(wall.pinnedIds, page),
      // A post that was pinned since the page before has left its place, and may be missing on this one.
      isPinDue: offset > 0 ? true : wall.isPinDue,
      gaps: 0,
      count: page.count ?? wall.count,
      total: totalOf(page, window),
      newestId: offset === 0 && before.isSecondLook === undefined ? newestOf(page) : wall.newestId,
    },
  };
};

/** With the pinned post of the page, which stands first. */
export const withPinned = (known: readonly string[], { posts }: PostsPage): string[] => {
  const pinned = posts.find(({ isPinned }) => isPinned)?.postId;
  return pinned === undefined || known.includes(pinned) ? [...known] : [...known, pinned].slice(-MAX_PINNED);
};

/** The wall once more from its first page on, for posts that are newer than those. */
export const secondLook = (wall: OpenWall): OpenWall => ({ ...wall, isSecondLook: true, isListed: false, offset: 0, gaps: 0, recent: [] });

const knownTo = ({ recent, pinnedIds, newestId, isSecondLook }: OpenWall): ((post: ListedPost) => boolean) => {
  const known = new Set(recent);
  return ({ postId }) =>
    known.has(postId) || pinnedIds.includes(postId) || (isSecondLook === true && newestId !== null && compareIds(postId, newestId) <= 0);
};

/** A second look ends where the first one began. */
const reachesKnown = ({ isSecondLook, newestId }: OpenWall, { posts }: PostsPage): boolean =>
  isSecondLook === true && posts.some(({ postId, isPinned }) => !isPinned && newestId !== null && compareIds(postId, newestId) <= 0);

const newestOf = ({ posts }: PostsPage): string | null =>
  posts
    .map(({ postId }) => postId)
    .toSorted(compareIds)
    .at(-1) ?? null;

export const isWanted = ({ date }: ListedPost, { since, until }: PostWindow): boolean =>
  (since === null || date >= since) && (until === null || date < until);

/** Short, and VK claims no more: both must say so, as pages are short where posts are hidden, and counts lag. */
const isLastPage = ({ page, offset, requested }: Pick<WallPage, 'page' | 'offset' | 'requested'>): boolean =>
  page.posts.length < requested && page.count !== null && offset + page.posts.length >= page.count;

/** Nobody knows how many posts lie in a span of time. */
const totalOf = ({ count }: PostsPage, { since, until, maxPosts }: PostWindow): number | null => {
  if (count === null || since !== null || until !== null) return null;
  return maxPosts === null ? count : Math.min(count, maxPosts);
};
