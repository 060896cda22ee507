import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentRow } from '@otklik/contracts';
import { newId, silentLogger } from '@otklik/shared';
import {
  type DataUnderTest,
  REPO_ROOT,
  aComment,
  aPost,
  aStub,
  anAuthor,
  createEmptyDatabase,
  leaseOf,
  makeTempDir,
  openDataUnderTest,
  someProgress,
} from '@otklik/testing';
import { migrate } from '../migrations/migrate.ts';
import { openDatabase } from '../open-database.ts';
import { COLLECTED, JOBS } from './stats-reads.ts';

/** The slow way, which nobody doubts. */
const TRUTH = `
SELECT (SELECT count(*)::int FROM wall WHERE workspace_id = $1) AS walls, (SELECT count(*)::int FROM post WHERE workspace_id = $1) AS posts,
  (SELECT count(*)::int FROM author WHERE workspace_id = $1) AS authors, (SELECT count(*)::int FROM comment WHERE workspace_id = $1) AS comments,
  (SELECT count(deleted_at)::int FROM comment WHERE workspace_id = $1) AS "commentsDeleted",
  (SELECT coalesce(sum(comments_claimed), 0)::int FROM post WHERE workspace_id = $1) AS "commentsClaimed"`;

describe('the totals of a workspace', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
  });
  beforeEach(async () => {
    workspaceId = await data.workspace();
  });
  afterAll(() => data.close());

  const expectTruth = async (expected: Readonly<Record<string, number>> = {}): Promise<void> => {
    const [truth] = await data.look(TRUTH, [workspaceId]);
    expect(await data.db.stats.collected(workspaceId)).toMatchObject({ ...truth, ...expected });
  };
  const comments = (from: number, count: number, given: Partial<CommentRow> = {}): readonly CommentRow[] =>
    Array.from({ length: count }, (_, index) => aComment({ ...given, commentId: String(from + index) }));

  test('when nothing was collected, then all are 0', async () => {
    expect(await data.db.stats.collected(workspaceId)).toEqual({
      walls: 0,
      posts: 0,
      authors: 0,
      comments: 0,
      commentsDeleted: 0,
      commentsClaimed: 0,
      lastCollectedAt: null,
    });
    expect(await data.db.stats.jobs(workspaceId)).toEqual([]);
  });

  test('when pages come, large and small, and come again changed, unchanged and deleted, then the totals are the truth each time', async () => {
    const wall = { ownerId: '-1', kind: 'group', name: 'Town', screenName: null } as const;
    const posts = [aPost({ commentsClaimed: 300 }), aPost({ postId: '2', commentsClaimed: 5 })];
    const authors = [anAuthor(), anAuthor({ authorKey: 'id2' })];
    await data.store(workspaceId, { walls: [wall], posts, authors, comments: comments(1, 5) });
    await expectTruth({ walls: 1, posts: 2, authors: 2, comments: 5, commentsClaimed: 305 });
    await data.store(workspaceId, { authors, comments: comments(100, 250) });
    await expectTruth({ comments: 255, commentsDeleted: 0 });
    // A page that is known in its middle only: the copy is undone, and another statement stores it.
    await data.store(workspaceId, { comments: comments(90, 400).filter(({ commentId }) => commentId !== '100') });
    await expectTruth();
    await data.store(workspaceId, { walls: [wall], posts, authors, comments: comments(1, 5) });
    await expectTruth();
    const changed = [aPost({ commentsClaimed: 280 }), aPost({ postId: '3', commentsClaimed: 1 })];
    await data.store(workspaceId, {
      posts: changed,
      comments: [...comments(1, 3, { likes: 9 }), aStub({ commentId: '4' }), aStub({ commentId: '900' })],
    });
    await expectTruth({ posts: 3, commentsClaimed: 286, commentsDeleted: 2 });
    // VK shows it again.
    await data.store(workspaceId, { comments: comments(4, 1) });
    await expectTruth({ commentsDeleted: 1 });
  });

  test('when an attempt is fenced, or its transaction rolls back, then nothing is counted', async () => {
    const old = await data.startJob(workspaceId);
    const job = await data.takeOver(old);
    const page = { workspaceId, posts: [aPost()], authors: [anAuthor()], checkpoint: null, progress: someProgress };
    await data.db.comments.storePage({ ...page, lease: leaseOf(old), comments: comments(1, 120) });
    await expectTruth({ comments: 0, posts: 0, authors: 0 });
    await data.db.comments.storePage({ ...page, lease: leaseOf(job), comments: comments(1, 120) });
    await data.look('BEGIN');
    await data.look('DELETE FROM comment WHERE workspace_id = $1', [workspaceId]);
    await data.look('ROLLBACK');
    await expectTruth({ comments: 120, posts: 1, authors: 1 });
  });

  test('when many store the same and other pages at once, then the totals are the truth', async () => {
    const pages = [1, 60, 120, 120, 180, 1].flatMap((from) => [comments(from, 130), comments(from, 20, { postId: '2' })]);
    await Promise.all(pages.map((page) => data.store(workspaceId, { posts: [aPost()], authors: [anAuthor()], comments: page })));
    await expectTruth({ posts: 1, authors: 1 });
  });

  test('when rows are removed by whatever hand, then they are counted no more', async () => {
    await data.store(workspaceId, {
      posts: [aPost({ commentsClaimed: 7 })],
      authors: [anAuthor()],
      comments: [...comments(1, 150), aStub({ commentId: '500' })],
    });
    await data.look('DELETE FROM comment WHERE workspace_id = $1 AND comment_id > 100', [workspaceId]);
    await data.look('DELETE FROM author WHERE workspace_id = $1', [workspaceId]);
    await expectTruth({ comments: 100, commentsDeleted: 0, authors: 0 });
    await data.look('DELETE FROM post WHERE workspace_id = $1', [workspaceId]);
    await expectTruth({ posts: 0, commentsClaimed: 0 });
  });

  test('when another workspace holds the same, then neither counts the other', async () => {
    const other = await data.workspace();
    await data.store(other, { posts: [aPost({ commentsClaimed: 9 })], authors: [anAuthor()], comments: comments(1, 130) });
    await data.store(workspaceId, { comments: comments(1, 3) });
    await expectTruth({ comments: 3, posts: 0, commentsClaimed: 0 });
    // Both at once, in one statement.
    await data.look('DELETE FROM comment WHERE workspace_id = ANY($1) AND comment_id = 2', [[workspaceId, other]]);
    await expectTruth({ comments: 2 });
    expect(await data.db.stats.jobs(workspaceId)).toEqual([{ type: 'parse', state: 'running', jobs: 1 }]);
  });

  test('when a collection has succeeded, then its end is told, and its jobs stand under their states', async () => {
    const job = await data.startJob(workspaceId);
    await data.startJob(workspaceId, { type: 'export' });
    await data.db.jobs.succeed(leaseOf(job), { result: {}, outcome: 'complete' });
    const [row] = await data.look<{ finished_at: Date }>('SELECT finished_at FROM job WHERE id = $1', [job.id]);
    expect((await data.db.stats.collected(workspaceId)).lastCollectedAt).toEqual(row?.finished_at);
    expect(await data.db.stats.jobs(workspaceId)).toEqual(
      expect.arrayContaining([
        { type: 'parse', state: 'succeeded', jobs: 1 },
        { type: 'export', state: 'running', jobs: 1 },
      ]),
    );
  });

  test('when there is much of everything, then no table is read whole', async () => {
    await data.store(workspaceId, { comments: comments(1, 3_000) });
    await data.look(
      `INSERT INTO job (id, workspace_id, type, state, priority, payload, max_attempts, max_starts, timeout_ms, finished_at)
       SELECT gen_random_uuid(), $1, 'parse', 'succeeded', 3, '{}', 3, 30, 60000, now() FROM generate_series(1, 5000)`,
      [workspaceId],
    );
    await data.look('VACUUM ANALYZE job');
    await data.look('ANALYZE');
    const planOf = async (text: string, values: readonly unknown[]): Promise<string> =>
      (await data.look<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)).map((line) => line['QUERY PLAN']).join('\n');
    const collected = await planOf(COLLECTED, [workspaceId]);
    expect(collected).not.toMatch(/\b(comment|post|author)\b|Seq Scan on job/);
    expect(await planOf(JOBS, [workspaceId, 100])).toMatch(/Index Only Scan using job_workspace_id_state_id_type_idx/);
  });
});

describe('an installation that has collected before it had totals', () => {
  test('when it is migrated, then they are the truth from the first moment', async () => {
    const database = await createEmptyDatabase();
    const dir = makeTempDir();
    const all = join(REPO_ROOT, 'prisma/migrations');
    const folders = (await readdir(all, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const take = (names: readonly string[]) =>
      Promise.all(names.map((name) => cp(join(all, name), join(dir.path, name), { recursive: true })));
    await take(folders.filter((name) => name < '20261125040000'));
    await migrate({ url: database.url, dir: dir.path });
    const workspaceId = newId();
    await database.query(
      `INSERT INTO comment (workspace_id, owner_id, object_id, comment_id, thread_id, date, deleted_at, likes)
       SELECT $1, -1, 1, n, n, now(), CASE WHEN n <= 10 THEN now() END, 0 FROM generate_series(1, 100) AS n`,
      [workspaceId],
    );
    await database.query(`INSERT INTO author (workspace_id, author_key, name) VALUES ($1, 'id1', 'Ada')`, [workspaceId]);
    await database.query(
      `INSERT INTO post (workspace_id, owner_id, post_id, date, text, comments_claimed, can_read_comments, is_pinned, likes)
       VALUES ($1, -1, 1, now(), '', 120, true, false, 0)`,
      [workspaceId],
    );
    await take(folders);
    await migrate({ url: database.url, dir: dir.path });
    const db = openDatabase({ url: database.url, name: 'test', poolMax: 1, logger: silentLogger });
    expect(await db.stats.collected(workspaceId)).toMatchObject({
      posts: 1,
      authors: 1,
      comments: 100,
      commentsDeleted: 10,
      commentsClaimed: 120,
    });
    // Its posts remember what was collected of them, too.
    const posts = await db.walls.listPosts({ workspaceId, ownerId: '-1', after: null, limit: 9 });
    expect(posts).toMatchObject([{ read: null, collected: 100, missing: 20, reason: 'unread' }]);
    await db.close();
    dir.remove();
    await database.drop();
  });
});
