import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentRow, LevelRead } from '@otklik/contracts';
import { type DataUnderTest, aComment, aPost, aStub, deep, leaseOf, openDataUnderTest, someProgress } from '@otklik/testing';
import { markGoneSql } from './gone-sql.ts';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const aReply = (commentId: string, rootId: string, given: Partial<CommentRow> = {}): CommentRow =>
  aComment({ commentId, parentId: rootId, threadId: rootId, replyToId: rootId, ...given });
const aLevel = (given: Partial<LevelRead> = {}): LevelRead => ({
  ownerId: '-1',
  postId: '1',
  rootId: null,
  afterId: null,
  throughId: null,
  presentIds: [],
  ...given,
});

/** Numbers of the comments that are deleted. */
const deleted = async (of = workspaceId): Promise<readonly number[]> => {
  const rows = await data.db.comments.listComments({ workspaceId: of, filter: {}, after: null, limit: 1_000 });
  return rows
    .filter(({ isDeleted }) => isDeleted)
    .map(({ commentId }) => Number(commentId))
    .toSorted((a, b) => a - b);
};

/** Two threads, whose replies lie among each other: 1 ← 3, 5; 2 ← 4, 6; and 7 alone. */
const talk = [aComment(), aComment({ commentId: '2' }), aReply('3', '1'), aReply('4', '2'), aReply('5', '1'), aReply('6', '2')];
const storeTalk = () => data.store(workspaceId, { posts: [aPost()], comments: [...talk, aComment({ commentId: '7' })] });

describe('storePage with levels that VK listed completely', () => {
  test('when a stretch of the top level lacks comments, then those are deleted with their text, and no other', async () => {
    await storeTalk();
    await data.store(workspaceId, { levels: [aLevel({ afterId: '2', throughId: '7' })] });
    expect(await deleted()).toEqual([7]);
    const [row] = await data.db.comments.listComments({ workspaceId, filter: {}, after: null, limit: 1 });
    expect(row).toMatchObject({ commentId: '7', text: 'comment 7', authorKey: 'id1', deletedAt: expect.any(Date) });
  });

  test('when a root is gone, then its replies go along, and those of other roots stay', async () => {
    await storeTalk();
    await data.store(workspaceId, { levels: [aLevel({ throughId: '2', presentIds: ['2'] })] });
    expect(await deleted()).toEqual([1, 3, 5]);
  });

  test('when a stretch of a thread lacks replies, then only replies of that thread in that stretch are deleted', async () => {
    await storeTalk();
    await data.store(workspaceId, { levels: [aLevel({ rootId: '1', afterId: '3' }), aLevel({ rootId: '2', presentIds: ['4', '6'] })] });
    expect(await deleted()).toEqual([5]);
  });

  test('when VK shows a stub, then it is there: nothing below it goes', async () => {
    await storeTalk();
    await data.store(workspaceId, { comments: [aStub()], levels: [aLevel({ presentIds: ['1', '2', '7'] })] });
    expect(await deleted()).toEqual([1]);
  });

  test('when a comment that is gone comes back, then it is deleted no more', async () => {
    await storeTalk();
    await data.store(workspaceId, { levels: [aLevel({ presentIds: ['2', '7'] })] });
    expect((await data.store(workspaceId, { comments: talk.slice(0, 1) })).updated).toBe(1);
    expect(await deleted()).toEqual([3, 5]);
  });

  test('when another job has meanwhile stored what came behind all that VK listed, then that is not gone', async () => {
    await storeTalk();
    const job = await data.startJob(workspaceId);
    await data.store(workspaceId, { comments: [aComment({ commentId: '8' }), aReply('9', '2'), aReply('10', '7')] });
    const lists = [aLevel({ presentIds: ['1', '2'] }), aLevel({ rootId: '2', presentIds: ['4'] }), aLevel({ rootId: '7' })];
    const rows = { posts: [], authors: [], comments: [], levels: lists, checkpoint: null, progress: someProgress };
    await data.db.comments.storePage({ ...rows, lease: leaseOf(job), workspaceId });
    // Its root is, so the reply to 7 goes along.
    expect(await deleted()).toEqual([6, 7, 10]);
  });

  test('when other posts, walls and workspaces hold the same numbers, then none of theirs is touched', async () => {
    const other = await data.workspace();
    await data.store(other, { comments: talk });
    await data.store(workspaceId, {
      comments: [...talk, ...talk.map((row) => ({ ...row, ownerId: '5', text: null })), aComment({ postId: '2' })],
    });
    await data.store(workspaceId, { levels: [aLevel({ ownerId: '5' })] });
    expect(await deleted(other)).toEqual([]);
    expect(await deleted()).toEqual([1, 2, 3, 4, 5, 6]);
    const [row] = await data.look<{ posts: number }>(
      'SELECT count(*)::int AS posts FROM comment WHERE workspace_id = $1 AND owner_id = -1 AND is_gone',
      [workspaceId],
    );
    expect(row).toEqual({ posts: 0 });
  });

  test.each([{ size: 3 }, { size: 300 }])('when a page of $size brings what it lists, then nothing of it is gone', async ({ size }) => {
    const comments = Array.from({ length: size }, (_, index) => aComment({ commentId: String(index + 10) }));
    await storeTalk();
    const levels = [aLevel({ afterId: '7', presentIds: comments.map(({ commentId }) => commentId).slice(1) }), aLevel({ throughId: '1' })];
    const outcome = await data.store(workspaceId, { comments, levels });
    expect(outcome).toEqual({ state: 'running', inserted: size, updated: 0 });
    expect(await deleted()).toEqual([1, 3, 5, 10]);
  });

  test.each([{ size: 1 }, { size: 300 }])('when the lease of a page of $size is old, then nothing is gone or read', async ({ size }) => {
    await storeTalk();
    const old = await data.startJob(workspaceId);
    await data.takeOver(old);
    const comments = Array.from({ length: size }, (_, index) => aComment({ commentId: String(index + 10) }));
    const outcome = await data.db.comments.storePage({
      lease: leaseOf(old),
      workspaceId,
      posts: [],
      authors: [],
      comments,
      levels: [aLevel()],
      postReads: [{ ownerId: '-1', postId: '1', state: 'complete', vkCode: null, claimed: 7, withThreads: true }],
      checkpoint: null,
      progress: someProgress,
    });
    expect(outcome.state).toBe('fenced');
    expect(await deleted()).toEqual([]);
    expect(await data.db.walls.knownPosts({ workspaceId, ownerId: '-1', postIds: ['1'] })).toEqual([]);
  });

  test('when comments are gone, then coverage counts what VK still lists, and says that the rest came after reading', async () => {
    await storeTalk();
    await data.store(workspaceId, {
      posts: [aPost({ commentsClaimed: 7 })],
      levels: [aLevel({ presentIds: ['1', '7'] })],
      postReads: [{ ownerId: '-1', postId: '1', state: 'complete', vkCode: null, claimed: 7, withThreads: true }],
    });
    expect(await deleted()).toEqual([2, 4, 6]);
    expect(await data.db.walls.coverage({ workspaceId, ownerId: '-1' })).toMatchObject({
      collected: 4,
      missing: 3,
      reasons: [{ state: 'unexplained', posts: 1, missing: 3 }],
    });
    const [post] = await data.look('SELECT read_collected FROM post WHERE workspace_id = $1', [workspaceId]);
    expect(post).toEqual({ read_collected: 4 });
  });

  test('when VK refuses what it gave before, then the numbers are still those of the reading before, and it is said from when', async () => {
    await storeTalk();
    const readAs = (postId: string, state: 'complete' | 'cut' | 'closed' | 'error') =>
      data.store(workspaceId, {
        posts: [aPost({ postId })],
        postReads: [{ ownerId: '-1', postId, state, vkCode: null, claimed: 7, withThreads: true }],
      });
    const posts = () => data.db.walls.listPosts({ workspaceId, ownerId: '-1', after: null, limit: 10 });
    await data.store(workspaceId, { walls: [{ ownerId: '-1', kind: 'group', name: 'one', screenName: null }] });
    await readAs('2', 'closed');
    expect(await posts()).toMatchObject([
      { postId: '2', commentsReadAt: null },
      { postId: '1', commentsReadAt: null },
    ]);
    await readAs('1', 'cut');
    await readAs('1', 'complete');
    const [, before] = await posts();
    expect(before?.commentsReadAt).toEqual(before?.read?.at);
    await readAs('2', 'complete');
    await data.look(
      `UPDATE post SET comments_read_at = comments_read_at - interval '1 hour', read_at = read_at - interval '1 hour'
      WHERE workspace_id = $1 AND post_id = 1`,
      [workspaceId],
    );
    const [, hourAgo] = await posts();
    for (const state of ['closed', 'error'] as const) await readAs('1', state);
    const [, after] = await posts();
    expect(after?.commentsReadAt).toEqual(hourAgo?.commentsReadAt);
    expect(after?.read?.at.getTime()).toBeGreaterThan(hourAgo?.read?.at.getTime() ?? Infinity);
    const detail = await data.db.walls.wallInDetail({ workspaceId, ownerId: '-1' });
    expect(detail?.coverage.oldestReadAt).toEqual(hourAgo?.commentsReadAt);
  });

  test('when an attempt repeats a page whose commit it never heard of, then nothing changes', async () => {
    await storeTalk();
    const lease = leaseOf(await data.startJob(workspaceId));
    const page = {
      lease,
      workspaceId,
      posts: [],
      authors: [],
      comments: [],
      levels: [aLevel({ presentIds: ['1', '2'] })],
      checkpoint: 1,
      progress: someProgress,
    };
    await data.db.comments.storePage(page);
    const versions = () => data.look('SELECT ctid::text, xmin::text, deleted_at FROM comment WHERE workspace_id = $1', [workspaceId]);
    const before = await versions();
    await data.db.comments.storePage(page);
    expect(await versions()).toEqual(before);
    expect(await deleted()).toEqual([7]);
  });

  /** Post 1 of wall -9: every fourth comment is a root, the three behind it are its replies. */
  const FILL = `INSERT INTO comment (workspace_id, owner_id, object_id, comment_id, parent_id, thread_id, date, likes)
    SELECT $1, -9, 1, i, nullif(i - i % 4, i), i - i % 4, now(), 0 FROM generate_series(4, $2::int) AS i`;

  test.each([{ statistics: 'without statistics' }, { statistics: 'with statistics' }])(
    'when a post is large, then neither it nor the table is read through, $statistics',
    async ({ statistics }) => {
      await data.look('ALTER TABLE comment SET (autovacuum_enabled = false)');
      await data.look(FILL, [workspaceId, deep(3_000, 1_000_000)]);
      if (statistics === 'with statistics') await data.look('ANALYZE comment');
      const ids = Array.from({ length: 100 }, (_, index) => (index + 1) * 4);
      const levels = [
        ids.map(() => -9),
        ids.map(() => 1),
        ids.map((id) => (id === 4 ? null : id)),
        ids.map(() => 0),
        ids.map(() => 8),
        ids.map(() => 8),
      ];
      const plan = await data.look<{ 'QUERY PLAN': string }>(`EXPLAIN ${markGoneSql()}`, [workspaceId, ...levels, [-9], [4], randomUUID()]);
      const text = plan.map((line) => line['QUERY PLAN']).join('\n');
      const indexes = [...text.matchAll(/Index Scan (?:using|on) (\w+)/g)].map(([, name]) => name);
      expect(indexes).toEqual(['job_pkey', 'comment_pkey', 'comment_by_thread_idx', 'comment_by_thread_idx']);
      expect(text).toMatch(/Tid Scan on comment/);
      expect(text).not.toMatch(/Seq Scan on comment/);
    },
  );
});
