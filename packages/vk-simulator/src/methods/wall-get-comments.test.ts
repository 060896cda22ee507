import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import { TRAP_POSTS } from '../population/traps.ts';
import { type ShownComment, type TestSimulator, startForTest } from '../testing/start-for-test.ts';

const pages = { owner_id: SPECIAL_WALLS.pages.ownerId, post_id: 1 };
const trap = (post: number) => ({ owner_id: SPECIAL_WALLS.traps.ownerId, post_id: post });
const ids = (items: readonly ShownComment[]): number[] => items.map(({ id }) => id);
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('wall.getComments', () => {
  let simulator: TestSimulator;
  beforeAll(async () => {
    simulator = await startForTest();
  });
  afterAll(() => simulator.close());

  describe('count and offset', () => {
    test('when no count is given, then ten come', async () => {
      expect(ids((await simulator.comments(pages)).items)).toEqual(range(2, 11));
    });

    test('when 0 or 100 are asked for, then so many come', async () => {
      expect((await simulator.comments({ ...pages, count: 0 })).items).toEqual([]);
      expect((await simulator.comments({ ...pages, count: 100 })).items).toHaveLength(100);
    });

    test.each([
      [{ count: 101 }, 'count'],
      [{ count: -1 }, 'count'],
      [{ count: 'ten' }, 'count'],
      [{ thread_items_count: 11 }, 'thread_items_count'],
      [{ thread_items_count: -1 }, 'thread_items_count'],
      [{ start_comment_id: -1 }, 'start_comment_id'],
      [{ preview_length: -1 }, 'preview_length'],
      [{ offset: '1.5' }, 'offset'],
      [{ sort: 'newest' }, 'sort'],
    ])('when a parameter is out of bounds as in %j, then 100 names it', async (params, name) => {
      const { error_code: code, error_msg: message } = await simulator.refusal('wall.getComments', { ...pages, ...params });
      expect(code).toBe(100);
      expect(message).toContain(`: ${name} `);
    });

    test('when the offset goes past the end, then nothing comes', async () => {
      expect((await simulator.comments({ ...pages, offset: 1_240 })).items).toEqual([]);
      expect(ids((await simulator.comments({ ...pages, offset: 1_239 })).items)).toEqual([1_241]);
    });

    test('when the offset is negative and there is no anchor, then only the part on the list comes', async () => {
      expect(ids((await simulator.comments({ ...pages, offset: -7 })).items)).toEqual([2, 3, 4]);
    });
  });

  describe('start_comment_id', () => {
    test('when given, then the page begins with that very comment', async () => {
      expect(ids((await simulator.comments({ ...pages, start_comment_id: 500, count: 3 })).items)).toEqual([500, 501, 502]);
    });

    test('when given with an offset, then the offset counts from there, to either side', async () => {
      expect(ids((await simulator.comments({ ...pages, start_comment_id: 500, offset: 10, count: 2 })).items)).toEqual([510, 511]);
      expect(ids((await simulator.comments({ ...pages, start_comment_id: 500, offset: -2, count: 3 })).items)).toEqual([498, 499, 500]);
    });

    test('when sorted from new to old, then the page goes down from it', async () => {
      expect(ids((await simulator.comments({ ...pages, start_comment_id: 500, sort: 'desc', count: 3 })).items)).toEqual([500, 499, 498]);
    });

    test('when the anchor was removed without a trace, then the page begins with the next one', async () => {
      await simulator.client.control({ do: 'deleteComment', ownerId: pages.owner_id, commentId: 700, leaving: 'nothing' });
      expect(ids((await simulator.comments({ ...pages, start_comment_id: 700, count: 2 })).items)).toEqual([701, 702]);
    });
  });

  describe('sort', () => {
    test('when desc, then the newest come first', async () => {
      expect(ids((await simulator.comments({ ...pages, sort: 'desc', count: 2 })).items)).toEqual([1_241, 1_240]);
    });

    test('when smart, then the best liked come first', async () => {
      const { items } = await simulator.comments({ ...pages, sort: 'smart', count: 100, need_likes: 1 });
      const likes = items.map((item) => Object.entries(item).find(([name]) => name === 'likes')?.[1]);
      expect(likes[0]).toMatchObject({ count: 9 });
      expect(likes).toEqual(likes.toSorted((a, b) => countOf(b) - countOf(a)));
    });
  });

  describe('threads', () => {
    const place = trap(TRAP_POSTS.longThread);
    const root = TRAP_POSTS.longThread + 1;

    test('when thread_items_count is left out, then threads show their count and no items', async () => {
      const [first] = (await simulator.comments(place)).items;
      expect(first?.thread).toMatchObject({ count: 25, items: [] });
    });

    test('when ten are asked for, then a thread of 25 shows the first ten and tells 25', async () => {
      const { items } = await simulator.comments({ ...place, thread_items_count: 10 });
      expect(items.map(({ thread }) => [thread?.count, thread?.items.length])).toEqual([
        [25, 10],
        [0, 0],
        [10, 10],
        [11, 10],
      ]);
      expect(items[0]?.thread?.items.every(({ parents_stack: parents, thread }) => parents[0] === root && thread === undefined)).toBe(true);
    });

    test('when comment_id names a root, then its replies come page by page, with and without the post', async () => {
      const { owner_id: owner } = place;
      const { count, current_level_count: level, items } = await simulator.comments({ owner_id: owner, comment_id: root, count: 100 });
      expect([count, level]).toEqual([25, 25]);
      expect(ids(items)).toEqual(range(root + 1, root + 25));
      const next = await simulator.comments({ ...place, comment_id: root, count: 3, start_comment_id: root + 10 });
      expect(ids(next.items)).toEqual(range(root + 10, root + 12));
    });

    test('when somebody answers a reply, then the tree stays two levels deep', async () => {
      const { items } = await simulator.comments({ ...place, comment_id: root, count: 100 });
      expect(items[2]).toMatchObject({ parents_stack: [root], reply_to_comment: root + 2, reply_to_user: 2_000_101 });
    });

    test('when the count of the post is asked for, then it includes replies, and the level does not', async () => {
      expect(await simulator.comments(place)).toMatchObject({ count: 50, current_level_count: 4 });
    });
  });

  describe('texts and extras', () => {
    const long = trap(TRAP_POSTS.long);
    const textsOf = (items: readonly ShownComment[]): number[] => items.map(({ text }) => Array.from(text ?? '').length);

    test('when preview_length is left out, then texts are cut near 90 characters; with 0 they are whole', async () => {
      for (const length of textsOf((await simulator.comments(long)).items)) expect(length).toBeLessThanOrEqual(93);
      expect(textsOf((await simulator.comments({ ...long, preview_length: 0 })).items)[0]).toBeGreaterThan(10_000);
    });

    test('when a preview ends inside an emoji, then no half of a surrogate pair is left', async () => {
      const { items } = await simulator.comments({ ...trap(TRAP_POSTS.unicode), start_comment_id: TRAP_POSTS.unicode + 5, count: 1 });
      expect(items[0]?.text?.isWellFormed()).toBe(true);
      expect(items[0]?.text).toMatch(/\.\.\.$/);
    });

    test('when likes are needed, then they come, and only then', async () => {
      expect((await simulator.comments({ ...pages, need_likes: 1 })).items[0]).toHaveProperty('likes.count');
      expect((await simulator.comments(pages)).items[0]).not.toHaveProperty('likes');
    });

    test('when extended, then every author who shows is listed once, on the side of its sign', async () => {
      const { profiles, groups } = await simulator.comments({ ...trap(TRAP_POSTS.authors), extended: 1, thread_items_count: 10 });
      expect(profiles?.map(({ id }) => id)).toEqual([2_000_102, 2_000_103, 922_337_203_685_471]);
      expect(groups?.map(({ id }) => id)).toEqual([1_000_009, 1_500_001]);
    });
  });

  describe('refusals', () => {
    test.each([
      [{}, 100, 'owner_id is undefined'],
      [{ owner_id: 1 }, 100, 'owner not exists'],
      [{ owner_id: SPECIAL_WALLS.traps.ownerId }, 100, 'post_id is undefined'],
      [trap(99_999), 15, 'Access denied: post was not found check post_id param'],
      [{ owner_id: SPECIAL_WALLS.traps.ownerId, comment_id: 99_999 }, 15, 'Access denied'],
      [trap(TRAP_POSTS.closed), 212, 'Access to post comments denied'],
      [trap(TRAP_POSTS.hidden), 212, 'Access to post comments denied'],
      [{ owner_id: SPECIAL_WALLS.closed.ownerId, post_id: 1 }, 15, 'this wall available only for community members'],
    ])('when asked %j, then it is refused with %i', async (params, code, message) => {
      const error = await simulator.refusal('wall.getComments', params);
      expect(error.error_code).toBe(code);
      expect(error.error_msg).toContain(message);
    });
  });
});

const countOf = (likes: unknown): number => (typeof likes === 'object' && likes !== null && 'count' in likes ? Number(likes.count) : 0);
