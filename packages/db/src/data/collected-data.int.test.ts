import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentCursor, CommentFilter, CommentScope, CommentView } from '@otklik/contracts';
import { type DataUnderTest, aComment, aPost, aStub, openDataUnderTest, waitFor } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const never = new AbortController().signal;
const keyOf = ({ ownerId, postId, commentId }: Pick<CommentView, 'ownerId' | 'postId' | 'commentId'>): string =>
  `${ownerId}_${postId}_${commentId}`;
const list = (filter: CommentFilter = {}, after: CommentCursor | null = null, limit = 100) =>
  data.db.comments.listComments({ workspaceId, filter, after, limit });
const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const seen: T[] = [];
  for await (const item of items) seen.push(item);
  return seen;
};
const streamed = async (scope: CommentScope): Promise<readonly string[]> =>
  (await all(data.db.comments.streamComments({ workspaceId, scope, signal: never }))).map(keyOf);

describe('listComments', () => {
  test('when comments are added while pages are read, then every earlier one is listed once', async () => {
    const old = Array.from({ length: 25 }, (_, index) => aComment({ commentId: String(index + 10), postId: String((index % 3) + 1) }));
    await data.store(workspaceId, { comments: old });
    const seen: CommentView[] = [];
    for (let after: CommentCursor | null = null, page = 0; ; page += 1) {
      const rows = await list({ wall: '-1' }, after, 4);
      seen.push(...rows);
      const last = rows.at(-1);
      if (last === undefined) break;
      after = last;
      await data.store(workspaceId, { comments: [aComment({ commentId: String(1_000 + page) })] });
    }
    expect(seen.map(keyOf)).toEqual(old.toReversed().map(keyOf));
  });

  test('when comments of two walls agree in time and number, then a page that ends between them loses none', async () => {
    const comments = ['-3', '-2', '-1', '4'].flatMap((ownerId) => ['1', '2'].map((postId) => aComment({ ownerId, postId })));
    await data.store(workspaceId, { comments });
    const seen: string[] = [];
    for (let after: CommentCursor | null = null; ;) {
      const [row] = await list({}, after, 1);
      if (row === undefined) break;
      seen.push(keyOf(row));
      after = row;
    }
    expect(seen.toSorted()).toEqual(comments.map(keyOf).toSorted());
  });

  test('when conditions are given, then all of them hold', async () => {
    await data.store(workspaceId, {
      comments: [
        aComment(),
        aComment({ commentId: '2', authorKey: 'club2' }),
        aComment({ commentId: '3', postId: '2' }),
        aComment({ ownerId: '5' }),
      ],
    });
    const keys = async (filter: CommentFilter) => (await list(filter)).map(keyOf);
    const second = aComment({ commentId: '2' }).date;
    expect(await keys({ post: { ownerId: '-1', postId: '1' } })).toEqual(['-1_1_2', '-1_1_1']);
    expect(await keys({ author: 'club2' })).toEqual(['-1_1_2']);
    expect(await keys({ wall: '5' })).toEqual(['5_1_1']);
    expect(await keys({ wall: '-1', since: second })).toEqual(['-1_2_3', '-1_1_2']);
    expect(await keys({ wall: '-1', until: second })).toEqual(['-1_1_1']);
    expect(await keys({ post: { ownerId: '-1', postId: '1' }, author: 'id1' })).toEqual(['-1_1_1']);
  });

  test('when another workspace has comments, then none of them is listed, streamed or counted', async () => {
    await data.store(await data.workspace(), { comments: [aComment()] });
    expect(await list()).toEqual([]);
    expect(await streamed({ walls: ['-1'] })).toEqual([]);
    expect(await data.db.comments.countComments({ workspaceId, scope: { authors: ['id1'] } })).toBe(0);
  });
});

describe('streams', () => {
  const manyComments = Array.from({ length: 2_500 }, (_, index) =>
    aComment({ commentId: String(index + 1), postId: String((index % 2) + 1) }),
  );

  test('when a scope is streamed, then its comments come post by post in the order of their numbers', async () => {
    const comments = ['10', '9', '-2', '-10'].flatMap((ownerId) =>
      ['10', '9'].flatMap((postId) => ['2', '10'].map((commentId) => aComment({ ownerId, postId, commentId }))),
    );
    await data.store(workspaceId, { comments });
    const expected = ['-10', '-2', '9', '10'].flatMap((owner) =>
      ['9', '10'].flatMap((post) => ['2', '10'].map((id) => `${owner}_${post}_${id}`)),
    );
    expect(await streamed({ walls: ['10', '-2', '9', '-10', '9'] })).toEqual(expected);
    expect(await streamed({ since: '2020-01-01T00:00:00Z' })).toEqual(expected);
    expect(await streamed({ authors: ['id1'] })).toEqual(expected);
    expect(await streamed({ posts: ['9_10', '-2_9'], walls: ['9', '-2'] })).toEqual(['-2_9_2', '-2_9_10', '9_10_2', '9_10_10']);
    expect(await streamed({ posts: ['9_10', '-2_9'], walls: ['9'] })).toEqual(['9_10_2', '9_10_10']);
    expect(await streamed({ authors: ['id1'], posts: ['9_10'], walls: ['9', '10'] })).toEqual(['9_10_2', '9_10_10']);
    expect(await streamed({ walls: ['9'], until: '2020-01-01T00:00:00Z' })).toEqual([]);
  });

  test('when a scope is counted, then the number is that of its streamed comments', async () => {
    await data.store(workspaceId, { comments: manyComments });
    for (const scope of [
      { walls: ['-1'] },
      { posts: ['-1_2'] },
      { authors: ['id1'], posts: ['-1_1'] },
      { until: '2026-01-01T00:10:00Z' },
    ]) {
      expect(await data.db.comments.countComments({ workspaceId, scope })).toBe((await streamed(scope)).length);
    }
  });

  test('when comments are added while a stream is read, then it shows the moment of its beginning', async () => {
    await data.store(workspaceId, { comments: manyComments });
    const seen: string[] = [];
    for await (const comment of data.db.comments.streamComments({ workspaceId, scope: { walls: ['-1'] }, signal: never })) {
      if (seen.length === 0) await data.store(workspaceId, { comments: [aComment({ commentId: '999999', postId: '2' })] });
      seen.push(keyOf(comment));
    }
    expect(new Set(seen).size).toBe(2_500);
    expect(seen).not.toContain('-1_2_999999');
  });

  test('when a read for analysis goes on behind a place, then it brings exactly the rest', async () => {
    await data.store(workspaceId, { comments: manyComments });
    for (const scope of [{ walls: ['-1'] }, { posts: ['-1_1', '-1_2'] }, { since: '2026-01-01T00:00:00Z' }]) {
      const whole = await streamed(scope);
      const after = { ownerId: '-1', postId: '2', commentId: '500' };
      const batches = await all(data.db.comments.streamForAnalysis({ workspaceId, scope, after, signal: never }));
      expect(batches.flat().map(keyOf)).toEqual(whole.slice(whole.indexOf('-1_2_500') + 1));
      expect(batches.length).toBeGreaterThan(1);
    }
  });

  test('when more streams are opened than there are connections, then the last one gets its turn after a break', async () => {
    await data.store(workspaceId, { comments: manyComments });
    const open = () => data.db.comments.streamComments({ workspaceId, scope: { walls: ['-1'] }, signal: never })[Symbol.asyncIterator]();
    const held = [open(), open()];
    await Promise.all(held.map((one) => one.next()));
    let hasBegun = false;
    const third = open();
    const first = third.next().then(() => (hasBegun = true));
    await data.db.pendingMigrations();
    expect(hasBegun).toBe(false);
    await held[0]?.return?.();
    await first;
    await Promise.all([held[1]?.return?.(), third.return?.()]);
    expect(await openTransactions()).toBe(0);
  });

  test('when the signal aborts between two rows, then its reason is thrown and no transaction stays open', async () => {
    await data.store(workspaceId, { comments: manyComments });
    const controller = new AbortController();
    const reason = new Error('enough');
    const read = async () => {
      for await (const _ of data.db.comments.streamComments({ workspaceId, scope: { walls: ['-1'] }, signal: controller.signal }))
        controller.abort(reason);
    };
    await expect(read()).rejects.toBe(reason);
    await waitFor(async () => (await openTransactions()) === 0, { what: 'the end of the transaction' });
    expect(await data.db.comments.countComments({ workspaceId, scope: { walls: ['-1'] } })).toBe(2_500);
  });

  /** Waits until the connection is gone, for at most five seconds. */
  const CUT = `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE application_name = 'test-reads' AND state = 'idle in transaction' AND datname = current_database()`;

  test('when a connection is lost between two batches, then the read fails with DatabaseError and the next one works', async () => {
    await data.store(workspaceId, { comments: manyComments });
    let isCut = false;
    const read = async () => {
      for await (const _ of data.db.comments.streamForAnalysis({ workspaceId, scope: { walls: ['-1'] }, after: null, signal: never }))
        isCut ||= await waitFor(async () => (await data.look(CUT)).length > 0, { what: 'the end of the connection' });
    };
    await expect(read()).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    expect(await streamed({ walls: ['-1'] })).toHaveLength(2_500);
  });

  const openTransactions = async (): Promise<number> => {
    const [row] = await data.look<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'test-reads' AND xact_start IS NOT NULL AND datname = current_database()`,
    );
    return row?.count ?? -1;
  };
});

describe('coverage', () => {
  test('when VK claims more than is stored, then only those posts are missing some', async () => {
    await data.store(workspaceId, {
      posts: [aPost({ commentsClaimed: 5 }), aPost({ postId: '2', commentsClaimed: 1 }), aPost({ postId: '3', commentsClaimed: 4 })],
      comments: [aComment(), aStub({ commentId: '2' }), aComment({ postId: '2' }), aComment({ postId: '2', commentId: '2' })],
      walls: [{ ownerId: '-1', kind: 'group', name: 'Wall', screenName: 'wall' }],
    });
    const wall = { workspaceId, ownerId: '-1' };
    const reasons = [{ state: 'unread', posts: 2, missing: 7 }];
    expect(await data.db.walls.coverage(wall)).toEqual({ posts: 3, claimed: 10, collected: 4, missing: 7, collectedSince: 0, reasons });
    const keys = ['1', '2'].map((postId) => ({ ownerId: '-1', postId }));
    const asked = { workspaceId, keys, newSince: new Date(Date.now() - 60_000) };
    expect(await data.db.walls.coverage(asked)).toMatchObject({ posts: 2, claimed: 6, collected: 4, missing: 3, collectedSince: 4 });
    expect((await data.db.walls.coverage({ ...wall, newSince: new Date(Date.now() + 60_000) })).collectedSince).toBe(0);
    expect(await data.db.walls.wallByOwner(wall)).toEqual({ ownerId: '-1', kind: 'group', name: 'Wall', screenName: 'wall' });
    expect(await data.db.walls.wallByOwner({ workspaceId: await data.workspace(), ownerId: '-1' })).toBeNull();
    const over = AbortSignal.abort(new RangeError('over'));
    for (const read of [data.db.walls.wallByOwner, data.db.walls.coverage])
      await expect(read({ ...wall, signal: over })).rejects.toBe(over.reason);
  });

  test('when posts of two walls are read, then coverage of both says what is to blame for each, and they are known', async () => {
    const ends = ['complete', 'closed', 'cut', 'complete', 'error', 'complete'] as const;
    const posts = ends.map((_, index) => aPost({ ownerId: index < 3 ? '-1' : '5', postId: String(index + 1), commentsClaimed: 3 }));
    const keys = posts.map(({ ownerId, postId }) => ({ ownerId, postId }));
    await data.store(workspaceId, {
      posts: [...posts, aPost({ postId: '9', commentsClaimed: 0 })],
      comments: keys.map((key) => aComment(key)),
      postReads: keys.map((key, index) => {
        const state = ends[index] ?? 'error';
        return { ...key, state, vkCode: state === 'closed' ? 212 : null, claimed: index === 0 ? 1 : 3, withThreads: index < 4 };
      }),
    });
    expect(await data.db.walls.coverage({ workspaceId, keys })).toMatchObject({
      missing: 12,
      reasons: [
        { state: 'closed', posts: 1, missing: 2 },
        // One of them was read to its end, but for the replies, which nobody asked for.
        { state: 'cut', posts: 2, missing: 4 },
        { state: 'error', posts: 1, missing: 2 },
        { state: 'unexplained', posts: 1, missing: 2 },
        // VK counted one when it was read, and counts three now.
        { state: 'unread', posts: 1, missing: 2 },
      ],
    });
    expect(await data.db.walls.coverage({ workspaceId, ownerId: '-1' })).toMatchObject({ posts: 4, missing: 6 });
    const known = await data.db.walls.knownPosts({ workspaceId, ownerId: '5', postIds: ['4', '5', '7'] });
    expect(known.toSorted((a, b) => Number(a.postId) - Number(b.postId))).toEqual([
      { postId: '4', readAt: expect.any(Date), claimed: 3, collected: 1, state: 'complete', withThreads: true },
      { postId: '5', readAt: expect.any(Date), claimed: 3, collected: 1, state: 'error', withThreads: false },
    ]);
    expect(await data.db.walls.knownPosts({ workspaceId, ownerId: '-1', postIds: ['9'] })).toEqual([]);
  });
});
