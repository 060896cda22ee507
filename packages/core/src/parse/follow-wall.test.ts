import { describe, expect, test } from '@jest/globals';
import { followWall } from './follow-wall.ts';
import { newCheckpoint } from './parse-checkpoint.ts';
import { aPost, aPostsPage } from './testing/pages.ts';

const anyPost = { since: null, until: null, maxPosts: null };
const start = newCheckpoint('-1').wall;
const numbered = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, index) => aPost(String(from - index)));
const idsOf = (posts: readonly { readonly postId: string }[]) => posts.map(({ postId }) => postId);

describe('following a wall by offset', () => {
  test('when a page is full, then the next one overlaps with it', () => {
    const { wanted, wall } = followWall({
      wall: start,
      page: aPostsPage(numbered(200, 101), 200),
      requested: 100,
      window: anyPost,
      selected: 0,
    });
    expect(wanted).toHaveLength(100);
    expect(wall).toMatchObject({ offset: 90, isListed: false, total: 200 });
  });

  test('when new posts have shifted the wall, then posts that came before are skipped', () => {
    const wall = { ...start, offset: 90, recent: idsOf(numbered(200, 101)) };
    const { wanted } = followWall({ wall, page: aPostsPage(numbered(115, 16)), requested: 100, window: anyPost, selected: 100 });
    expect(idsOf(wanted)[0]).toBe('100');
    expect(wanted).toHaveLength(85);
  });

  test('when removed posts have shifted the wall, then the list goes back a step and loses nothing', () => {
    const wall = { ...start, offset: 90, recent: idsOf(numbered(200, 101)) };
    const gap = followWall({ wall, page: aPostsPage(numbered(90, 1)), requested: 100, window: anyPost, selected: 100 });
    expect(gap.wanted).toEqual([]);
    expect(gap.wall.offset).toBe(40);
    const again = followWall({ wall: gap.wall, page: aPostsPage(numbered(140, 41)), requested: 100, window: anyPost, selected: 100 });
    expect(idsOf(again.wanted)[0]).toBe('100');
  });

  test('when nothing on the page is new, then the wall is listed', () => {
    const wall = { ...start, offset: 90, recent: idsOf(numbered(200, 101)) };
    expect(followWall({ wall, page: aPostsPage(numbered(110, 101)), requested: 100, window: anyPost, selected: 100 }).wall.isListed).toBe(
      true,
    );
    expect(followWall({ wall, page: aPostsPage([]), requested: 100, window: anyPost, selected: 100 }).wall.isListed).toBe(true);
  });

  test('when a pinned post is older than the window, then the list goes on', () => {
    const since = new Date(1_000);
    const posts = [aPost('1', { isPinned: true, date: new Date(10) }), aPost('9', { date: new Date(2_000) })];
    const { wanted, wall } = followWall({
      wall: start,
      page: aPostsPage(posts, 500),
      requested: 100,
      window: { ...anyPost, since },
      selected: 0,
    });
    expect(idsOf(wanted)).toEqual(['9']);
    expect(wall.isListed).toBe(false);
  });

  test('when a post is older than the window, then the list ends there', () => {
    const since = new Date(1_000);
    const posts = [aPost('9', { date: new Date(2_000) }), aPost('8', { date: new Date(999) })];
    const { wanted, wall } = followWall({
      wall: start,
      page: aPostsPage(posts, 500),
      requested: 100,
      window: { ...anyPost, since },
      selected: 0,
    });
    expect(idsOf(wanted)).toEqual(['9']);
    expect(wall.isListed).toBe(true);
  });

  test('when only the newest posts are wanted, then exactly so many are taken', () => {
    const { wanted, wall } = followWall({
      wall: start,
      page: aPostsPage(numbered(200, 101), 200),
      requested: 100,
      window: { ...anyPost, maxPosts: 7 },
      selected: 0,
    });
    expect(idsOf(wanted)).toEqual(['200', '199', '198', '197', '196', '195', '194']);
    expect(wall).toMatchObject({ isListed: true, total: 7 });
  });
});
