import type { PostRow } from '@otklik/contracts';
import type { ParseCheckpoint } from './parse-checkpoint.ts';
import type { PostsPage } from './vk-reads.ts';

/** Posts read again with each page, so that a removed post is noticed by the shift it causes. */
const OVERLAP = 10;
const STEP_BACK = 50;
const MAX_GAPS = 3;
const RECENT = 300;

/** Which posts of the wall are wanted. */
export type PostWindow = { readonly since: Date | null; readonly until: Date | null; readonly maxPosts: number | null };

type Wall = ParseCheckpoint['wall'];
type WallPage = {
  readonly wall: Wall;
  readonly page: PostsPage;
  readonly requested: number;
  readonly window: PostWindow;
  /** Posts selected before this page. */
  readonly selected: number;
};

/**
 * The posts of a page that are wanted and new to this collection, and where the list goes on. Posts are addressed by
 * offset: a new one shifts pages down (known posts come again and are skipped), a removed one shifts them up (posts would
 * be lost), which shows in that the overlap with the page before is gone; then the list goes back a step.
 */
export const followWall = ({
  wall,
  page,
  requested,
  window,
  selected,
}: WallPage): { readonly wanted: readonly PostRow[]; readonly wall: Wall } => {
  const known = new Set(wall.recent);
  const fresh = page.posts.filter(({ postId }) => !known.has(postId) && postId !== wall.pinnedId);
  const isGap = wall.offset > 0 && page.posts.length > 0 && fresh.length === page.posts.length && wall.gaps < MAX_GAPS;
  if (isGap) return { wanted: [], wall: { ...wall, offset: Math.max(0, wall.offset - STEP_BACK), gaps: wall.gaps + 1 } };

  const inWindow = fresh.filter((post) => isWanted(post, window));
  const wanted = window.maxPosts === null ? inWindow : inWindow.slice(0, Math.max(0, window.maxPosts - selected));
  const isFull = window.maxPosts !== null && selected + wanted.length >= window.maxPosts;
  const isPastWindow = page.posts.some((post) => !post.isPinned && window.since !== null && post.date < window.since);
  return {
    wanted,
    wall: {
      offset: wall.offset + Math.max(1, page.posts.length - OVERLAP),
      isListed: fresh.length === 0 || isFull || isPastWindow || isLastPage({ wall, page, requested }),
      recent: [...page.posts.map(({ postId }) => postId), ...wall.recent].slice(0, RECENT),
      pinnedId: page.posts.find(({ isPinned }) => isPinned)?.postId ?? wall.pinnedId,
      gaps: 0,
      total: totalOf(page, window),
    },
  };
};

const isWanted = ({ date }: PostRow, { since, until }: PostWindow): boolean =>
  (since === null || date >= since) && (until === null || date < until);

/** Short, and VK claims no more: both must say so, as pages are short where posts are hidden, and counts lag. */
const isLastPage = ({ wall, page, requested }: Pick<WallPage, 'wall' | 'page' | 'requested'>): boolean =>
  page.posts.length < requested && page.count !== null && wall.offset + page.posts.length >= page.count;

/** Nobody knows how many posts lie in a span of time. */
const totalOf = ({ count }: PostsPage, { since, until, maxPosts }: PostWindow): number | null => {
  if (count === null || since !== null || until !== null) return null;
  return maxPosts === null ? count : Math.min(count, maxPosts);
};
