import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@otklik/shared';
import { toPublicId } from '@otklik/contracts';
import { type CollectorUnderTest, startCollectorUnderTest } from './testing/collector-under-test.ts';

const QUIET = { screenName: 'quiet', ownerId: -81, posts: 1_000, topLevelPerPost: 2 };
const SMALL = Array.from({ length: 12 }, (_, index) => ({
  screenName: `small_${index}`,
  ownerId: -90 - index,
  posts: 25,
  topLevelPerPost: 3,
}));
const LONGER = { screenName: 'longer', ownerId: -88, posts: 20, topLevelPerPost: 5, repliesPerThread: 1 };
const GOING = { screenName: 'going', ownerId: -87, posts: 40, topLevelPerPost: 1 };

describe('collecting what was collected before', () => {
  let collector: CollectorUnderTest;
  beforeAll(async () => {
    collector = await startCollectorUnderTest({ walls: [QUIET] });
  });
  afterAll(() => collector.close());

  const commentOf = async (ownerId: number) => {
    const [comment] = (await collector.simulator.truth(ownerId)).comments;
    if (comment === undefined) throw new Error('the wall has no comments');
    return comment;
  };

  test('when nothing has changed, then it costs a twentieth of the requests, and the result is the same', async () => {
    const order = { target: { wall: QUIET.screenName } };
    const first = await collector.collect(order);
    const second = await collector.collect(order);
    expect(first.result).toMatchObject({ posts: 1_000, comments: 2_000, newComments: 2_000, missing: 0, skippedPosts: 0 });
    expect(second.result).toMatchObject({ posts: 1_000, comments: 2_000, newComments: 0, missing: 0, skippedPosts: 1_000 });
    expect(second.result.requests).toBeLessThanOrEqual(first.result.requests * 0.05);
    // The posts, 25 to a request, and what lists them.
    expect(first.result.requests).toBeLessThanOrEqual(1_000 / 25 + 4);
  });

  test('when a counter has moved, then that post is read, and no other', async () => {
    const { postId } = await commentOf(QUIET.ownerId);
    await collector.simulator.control({ do: 'addComment', ownerId: QUIET.ownerId, postId, text: 'Новое' });
    const { result } = await collector.collect({ target: { wall: QUIET.screenName } });
    expect(result).toMatchObject({ comments: 2_001, newComments: 1, skippedPosts: 999 });
  });

  test('when a post was young when it was read, then it is read again, for edits move no counter', async () => {
    const { id: postId = 0 } = await collector.simulator.control({ do: 'addPost', ownerId: QUIET.ownerId, text: 'Только что' });
    const { id: commentId = 0 } = await collector.simulator.control({ do: 'addComment', ownerId: QUIET.ownerId, postId, text: 'Первый' });
    const order = { target: { wall: QUIET.screenName }, window: { maxPosts: 50 } };
    await collector.collect(order);
    await collector.simulator.control({ do: 'editComment', ownerId: QUIET.ownerId, commentId, text: 'Первый!' });
    expect((await collector.collect(order)).result).toMatchObject({ posts: 50, skippedPosts: 49 });
    expect((await collector.stored(QUIET.ownerId)).find(({ id }) => id === String(commentId))?.text).toBe('Первый!');
  });

  test('when a comment is gone from a post that is read again, then it is marked, and no other is', async () => {
    const { id: commentId, postId } = await commentOf(QUIET.ownerId);
    const before = (await collector.stored(QUIET.ownerId)).filter(({ deleted }) => deleted).length;
    await collector.simulator.control({ do: 'deleteComment', ownerId: QUIET.ownerId, commentId, leaving: 'nothing' });
    await collector.collect({ target: { post: `${QUIET.ownerId}_${postId}` }, options: { full: true } });
    const deleted = (await collector.stored(QUIET.ownerId)).filter((row) => row.deleted);
    expect(deleted.map(({ id }) => id)).toContain(String(commentId));
    expect(deleted).toHaveLength(before + 1);
  });
});

describe('collecting a list', () => {
  let collector: CollectorUnderTest;
  beforeAll(async () => {
    collector = await startCollectorUnderTest({ walls: [...SMALL, LONGER, GOING] });
  });
  afterAll(() => collector.close());

  test('when it has 300 posts of twelve walls, then they share requests, and what is not there is listed', async () => {
    const truths = await Promise.all(SMALL.map(({ ownerId }) => collector.simulator.truth(ownerId)));
    const list = truths.flatMap(({ ownerId, posts }) => posts.map(({ id }) => `${ownerId}_${id}`));
    const { result, outcome } = await collector.collect({ target: { list: [...list, '-90_777777777', '-5000000_1'] } });
    expect(result).toMatchObject({ ownerId: null, posts: 300, comments: 900, missing: 0, failedTotal: 2, walls: 0 });
    expect(result.failedPosts).toEqual([
      { ownerId: '-90', postId: '777777777', vkCode: null, reason: 'VK has no such post, or does not show it.' },
      { ownerId: '-5000000', postId: '1', vkCode: null, reason: 'VK has no such post, or does not show it.' },
    ]);
    expect(outcome).toBe('partial');
    expect(result.ownerIds.toSorted()).toEqual(SMALL.map(({ ownerId }) => String(ownerId)).toSorted());
    // Four to find them, twelve to read them; the rest is what was not full.
    expect(result.requests).toBeLessThanOrEqual(20);
  });

  test('when walls of it can not be had, then the others are collected, and each is named with its code', async () => {
    const list = ['small_0', '-91', 'nobody_at_all', 'small_2', 'banned', 'small_0'];
    const { result, outcome } = await collector.collect({ target: { list } });
    expect(result).toMatchObject({ walls: 3, posts: 75, failedTotal: 2 });
    expect(result.failedWalls.toSorted((a, b) => a.ref.localeCompare(b.ref))).toEqual([
      { ref: 'banned', vkCode: 18, reason: expect.stringMatching(/^[A-Z].*\./) },
      { ref: 'nobody_at_all', vkCode: 104, reason: expect.stringMatching(/^[A-Z].*\./) },
    ]);
    expect(outcome).toBe('partial');
  });

  /** The target that names them: in the order itself, or as a list that was uploaded before. */
  const targetOf = async (how: string, refs: readonly string[]) => {
    if (how === 'in the order') return { list: refs };
    const id = newId();
    const { workspaceId } = collector;
    await collector.db.targetLists.begin({ workspaceId, id, name: null, format: 'txt' });
    const lines = refs.map(
      (ref, index) => ({ index, line: index + 1, text: ref, outcome: 'valid', ref, reason: null, duplicateOf: null }) as const,
    );
    await collector.db.targetLists.append(id, lines);
    await collector.db.targetLists.finish({
      workspaceId,
      id,
      counts: { lines: refs.length, valid: refs.length, invalid: 0, duplicates: 0 },
    });
    return { listId: toPublicId('targetList', id) };
  };

  test.each(['in the order', 'in a file'])(
    'when it names a wall, twice, and single posts of it, %s, then every comment is counted once',
    async (how) => {
      const ids = (await collector.simulator.truth(-94)).posts.map(({ id }) => `-94_${id}`);
      // What stands in between is open before the wall is: the first posts are read by then, and the last ones come when it is.
      const others = Array.from({ length: 60 }, (_, index) => String(-6_000_000 - index));
      const refs = [
        ...ids.slice(0, 2),
        ...others,
        'small_4',
        '-94',
        'small_5',
        ...others.map((ref) => `${ref}9`),
        ...ids.slice(2, 4),
        ...ids.slice(-1),
      ];
      const target = await targetOf(how, refs);
      const { result } = await collector.collect({ target, options: { full: true } });
      expect(result).toMatchObject({ walls: 2, posts: 50, comments: 150, claimed: 150, missing: 0 });
      const newest = await collector.collect({ target, options: { full: true }, window: { maxPosts: 3 } });
      // The last one is not among the newest three of its wall, and the fourth neither.
      expect(newest.result).toMatchObject({ walls: 2, posts: 3 + 2 + 3, comments: 24 });
    },
  );

  test('when VK says of one wall that there is no permission, then it is named, and every other one is collected', async () => {
    const fail = { do: 'fail', with: { kind: 'error', code: 7 }, times: 1_000, params: { owner_id: '-96' } } as const;
    for (const method of ['wall.get', 'wall.getComments']) await collector.simulator.control({ ...fail, method });
    const { result, outcome } = await collector.collect({ target: { list: ['-96', '-95', '-97'] }, options: { full: true } });
    await collector.simulator.control({ do: 'resetRules' });
    expect(result).toMatchObject({ walls: 2, posts: 50, comments: 150, failedTotal: 1 });
    expect(result.failedWalls).toEqual([{ ref: '-96', vkCode: 7, reason: expect.stringContaining('closed to it') }]);
    expect(outcome).toBe('partial');
  });

  test('when only so many comments of each post are wanted, then those are stored, and the rest counts as cut', async () => {
    const { result, outcome } = await collector.collect({ target: { wall: LONGER.screenName }, window: { maxCommentsPerPost: 4 } });
    expect(outcome).toBe('complete');
    expect(result).toMatchObject({ posts: 20, comments: 80, claimed: 200, missing: 120, failedTotal: 0 });
    expect(result.missingBy).toMatchObject({ cut: 120, unexplained: 0 });
  });

  test('when a post is removed between the list and its reading, then it is told from one that is private', async () => {
    let pages = 0;
    const [first, second] = (await collector.simulator.truth(GOING.ownerId)).posts;
    const denied = { method: 'wall.getComments', params: { post_id: String(second?.id) } };
    await collector.simulator.control({ do: 'fail', ...denied, with: { kind: 'error', code: 15 } });
    const onPage = async (): Promise<void> => {
      pages += 1;
      // The wall was found; its posts are listed with the second one.
      if (pages === 2) await collector.simulator.control({ do: 'deletePost', ownerId: GOING.ownerId, postId: first?.id ?? 0 });
    };
    const { result } = await collector.collect({ target: { wall: GOING.screenName } }, { onPage });
    expect(result.failedPosts.map(({ postId, vkCode }) => [postId, vkCode]).toSorted()).toEqual(
      [first, second].map((post) => [String(post?.id), 15]).toSorted(),
    );
    const states = await collector.query(
      `SELECT post_id::text AS id, read_state::text AS state FROM post WHERE workspace_id = $1 AND owner_id = $2 AND read_state <> 'complete' ORDER BY post_id DESC`,
      [collector.workspaceId, GOING.ownerId],
    );
    expect(states).toEqual([
      { id: String(first?.id), state: 'deleted' },
      { id: String(second?.id), state: 'private' },
    ]);
  });

  test('when a span of time is wanted, then the posts in it are read, its first moment included and its last not, and no other', async () => {
    const { posts } = await collector.simulator.truth(-99);
    const dates = posts.map(({ date }) => date).toSorted((a, b) => a - b);
    const [from = 0, to = 0] = [dates[5], dates[15]];
    const span = { since: new Date(from * 1_000).toISOString(), until: new Date(to * 1_000).toISOString() };
    const inSpan = posts.filter(({ date }) => date >= from && date < to).map(({ id }) => String(id));
    const read = async (window: Readonly<Record<string, unknown>>) => {
      await collector.query('UPDATE post SET read_at = NULL, read_state = NULL WHERE owner_id = -99');
      const { result } = await collector.collect({ target: { wall: 'small_9' }, window, options: { full: true } });
      const rows = await collector.query<{ readonly id: string }>(
        'SELECT post_id::text AS id FROM post WHERE owner_id = -99 AND read_at IS NOT NULL ORDER BY post_id DESC',
      );
      expect(result).toMatchObject({ posts: rows.length, comments: rows.length * 3, missing: 0 });
      return rows.map(({ id }) => id);
    };
    const newestFirst = inSpan.toSorted((a, b) => Number(b) - Number(a));
    expect(await read(span)).toEqual(newestFirst);
    expect(await read({ ...span, maxPosts: 4 })).toEqual(newestFirst.slice(0, 4));
  });

  test('when posts of a wall are named by number, then only they are read', async () => {
    const { posts } = await collector.simulator.truth(-97);
    const postIds = posts.slice(0, 3).map(({ id }) => String(id));
    const { result } = await collector.collect({
      target: { wall: 'small_7' },
      window: { postIds: [...postIds, '999999999'] },
      options: { full: true },
    });
    expect(result).toMatchObject({ ownerId: '-97', posts: 3, failedTotal: 1 });
  });

  test('when the only wall of a job was read before and is closed now, then the job fails, and the wall says so', async () => {
    const order = { target: { wall: GOING.screenName }, options: { full: true } };
    await collector.collect(order);
    const read = () =>
      collector.query('SELECT read_state::text AS state, read_code AS code FROM wall WHERE owner_id = $1', [GOING.ownerId]);
    expect(await read()).toEqual([{ state: 'complete', code: null }]);
    await collector.simulator.control({ do: 'closeWall', ownerId: GOING.ownerId });
    await expect(collector.collect(order)).rejects.toMatchObject({ vkCode: 15 });
    expect(await read()).toEqual([{ state: 'private', code: 15 }]);
  });
});
