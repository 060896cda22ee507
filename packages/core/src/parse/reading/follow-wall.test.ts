import { describe, expect, test } from '@jest/globals';
import { type OpenWall, newWall } from '../frontier/frontier.ts';
import { aPost, aPostsPage } from '../testing/pages.ts';
import type { PostsPage } from '../vk-reads.ts';
import { type PostWindow, followWall, secondLook } from './follow-wall.ts';

const anyPost = { since: null, until: null, maxPosts: null };
const start = newWall('-1', '-1');
const numbered = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => aPost(String(from - index)));
const idsOf = (posts: readonly { readonly postId: string }[]) => posts.map(({ postId }) => postId);
const followed = (wall: OpenWall, page: PostsPage, window: Partial<PostWindow> = {}) =>
  followWall({ wall, page, offset: wall.offset, requested: 100, window: { ...anyPost, ...window }, isAhead: false });

describe('following a wall by offset', () => {
  const behindFirst = { ...start, offset: 90, recent: idsOf(numbered(200, 101)), selected: 100 };

  test('when a page is full, then the next one overlaps with it', () => {
    const { wanted, wall } = followed(start, aPostsPage(numbered(200, 101), 200));
    expect(wanted).toHaveLength(100);
    expect(wall).toMatchObject({ offset: 90, isListed: false, total: 200, selected: 100, newestId: '200' });
  });

  test('when new posts have shifted the wall, then posts that came before are skipped', () => {
    const { wanted } = followed(behindFirst, aPostsPage(numbered(115, 16)));
    expect(idsOf(wanted)[0]).toBe('100');
    expect(wanted).toHaveLength(85);
  });

  test('when removed posts have shifted the wall, then the list goes back a step and loses nothing', () => {
    const gap = followed(behindFirst, aPostsPage(numbered(90, 1)));
    expect(gap.wanted).toEqual([]);
    expect(gap.wall.offset).toBe(40);
    const again = followed(gap.wall, aPostsPage(numbered(140, 41)));
    expect(idsOf(again.wanted)[0]).toBe('100');
  });

  test('when a page was asked for ahead and does not overlap, then it is left for later', () => {
    const page = aPostsPage(numbered(90, 1));
    const { offset } = behindFirst;
    const ahead = followWall({ wall: behindFirst, page, offset, requested: 100, window: anyPost, isAhead: true });
    expect(ahead).toEqual({ wanted: [], wall: behindFirst });
  });

  test('when a page is empty though VK counts more posts, then it is asked once more before the wall counts as listed', () => {
    const empty = aPostsPage([], 200);
    const first = followed(behindFirst, empty);
    expect(first).toEqual({ wanted: [], wall: { ...behindFirst, gaps: 1 } });
    expect(followed(first.wall, aPostsPage(numbered(110, 11), 200)).wanted).toHaveLength(90);
    expect(followed(first.wall, empty).wall.isListed).toBe(true);
    const ahead = { wall: behindFirst, page: aPostsPage([], 100), offset: 180, requested: 100, window: anyPost, isAhead: true };
    expect(followWall(ahead)).toEqual({ wanted: [], wall: behindFirst });
  });

  test('when nothing on the page is new, then the wall is listed', () => {
    expect(followed(behindFirst, aPostsPage(numbered(110, 101))).wall.isListed).toBe(true);
    expect(followed(behindFirst, aPostsPage([])).wall.isListed).toBe(true);
  });

  test('when a pinned post is older than the window, then the list goes on', () => {
    const since = new Date(1_000);
    const posts = [aPost('1', { isPinned: true, date: new Date(10) }), aPost('9', { date: new Date(2_000) })];
    const { wanted, wall } = followed(start, aPostsPage(posts, 500), { since });
    expect(idsOf(wanted)).toEqual(['9']);
    expect(wall.isListed).toBe(false);
  });

  test('when a post is older than the window, then the list ends there', () => {
    const since = new Date(1_000);
    const posts = [aPost('9', { date: new Date(2_000) }), aPost('8', { date: new Date(999) })];
    const { wanted, wall } = followed(start, aPostsPage(posts, 500), { since });
    expect(idsOf(wanted)).toEqual(['9']);
    expect(wall.isListed).toBe(true);
  });

  test('when only the newest posts are wanted, then exactly so many are taken', () => {
    const { wanted, wall } = followed(start, aPostsPage(numbered(200, 101), 200), { maxPosts: 7 });
    expect(idsOf(wanted)).toEqual(['200', '199', '198', '197', '196', '195', '194']);
    expect(wall).toMatchObject({ isListed: true, total: 7 });
  });
});

describe('looking at a wall again', () => {
  const again = secondLook({ ...start, isListed: true, newestId: '200', pinnedIds: ['7'], selected: 200 });

  test('when posts were published meanwhile, then only those are taken, and the list ends where the first look began', () => {
    const { wanted, wall } = followed(again, aPostsPage([aPost('7', { isPinned: true }), ...numbered(203, 105)], 203));
    expect(idsOf(wanted)).toEqual(['203', '202', '201']);
    expect(wall).toMatchObject({ isListed: true, newestId: '200' });
  });

  test('when there are more of them than a page holds, then the list goes on', () => {
    const { wanted, wall } = followed(again, aPostsPage(numbered(350, 251), 350));
    expect(wanted).toHaveLength(100);
    expect(wall).toMatchObject({ isListed: false, offset: 90 });
    const next = followed(wall, aPostsPage(numbered(260, 161), 350));
    expect(idsOf(next.wanted)).toHaveLength(50);
    expect(next.wall.isListed).toBe(true);
  });
});
