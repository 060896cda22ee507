import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CommentFilter, CommentRow, CommentScope, CommentView } from '@otklik/contracts';
import { type DataUnderTest, aComment, aPost, aStub, anAuthor, leaseOf, openDataUnderTest, someProgress } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());
beforeEach(async () => {
  workspaceId = await data.workspace();
});

const keyOf = ({ ownerId, postId, commentId }: Pick<CommentView, 'ownerId' | 'postId' | 'commentId'>): string =>
  `${ownerId}_${postId}_${commentId}`;
const list = (filter: CommentFilter = {}) => data.db.comments.listComments({ workspaceId, filter, after: null, limit: 100 });
const listAll = () => data.db.comments.listComments({ workspaceId, filter: {}, after: null, limit: 1_000 });
const streamed = async (scope: CommentScope): Promise<readonly string[]> => {
  const keys: string[] = [];
  const signal = new AbortController().signal;
  for await (const comment of data.db.comments.streamComments({ workspaceId, scope, signal })) keys.push(keyOf(comment));
  return keys;
};

describe('storePage', () => {
  test('when a page is stored twice, then the second time writes no new row versions', async () => {
    const page = {
      walls: [{ ownerId: '-1', kind: 'group', name: 'Wall', screenName: null } as const],
      posts: [aPost()],
      authors: [anAuthor()],
      comments: [aComment(), aComment({ commentId: '2', attachments: [{ type: 'photo', id: '1_2' }] }), aStub({ commentId: '3' })],
    };
    const versions = () =>
      data.look(
        `SELECT xmin::text, ctid::text FROM comment WHERE workspace_id = $1 UNION ALL SELECT xmin::text, ctid::text FROM post WHERE workspace_id = $1
         UNION ALL SELECT xmin::text, ctid::text FROM author WHERE workspace_id = $1 UNION ALL SELECT xmin::text, ctid::text FROM wall WHERE workspace_id = $1`,
        [workspaceId],
      );
    expect(await data.store(workspaceId, page)).toEqual({ state: 'running', inserted: 3, updated: 0 });
    const before = await versions();
    expect(await data.store(workspaceId, page)).toEqual({ state: 'running', inserted: 0, updated: 0 });
    expect(before).toHaveLength(6);
    expect(await versions()).toEqual(before);
  });

  test('when the lease is old, then neither rows nor checkpoint are written', async () => {
    const job = await data.startJob(workspaceId);
    await data.takeOver(job);
    const outcome = await data.db.comments.storePage({
      lease: leaseOf(job),
      workspaceId,
      posts: [aPost()],
      authors: [anAuthor()],
      comments: [aComment()],
      checkpoint: { at: 1 },
      progress: someProgress,
    });
    expect(outcome).toEqual({ state: 'fenced', inserted: 0, updated: 0 });
    expect(await list()).toEqual([]);
    expect((await data.db.jobs.get(workspaceId, job.id))?.checkpoint).toBeNull();
  });

  test('when the lease belongs to another workspace, then nothing is written', async () => {
    const job = await data.startJob(await data.workspace());
    const page = { posts: [], authors: [], comments: [aComment()], checkpoint: null, progress: someProgress };
    expect((await data.db.comments.storePage({ lease: leaseOf(job), workspaceId, ...page })).state).toBe('fenced');
    expect(await list()).toEqual([]);
  });

  test('when a comment comes back as a deleted stub, then its text and author of before are kept', async () => {
    await data.store(workspaceId, { comments: [aComment({ text: 'before', likes: 7 })] });
    await data.store(workspaceId, { comments: [aStub()] });
    expect(await list()).toMatchObject([{ text: 'before', authorKey: 'id1', likes: 7, isDeleted: true, deletedAt: expect.any(Date) }]);
  });

  test('when walls and posts use the same numbers, then each comment is a row of its own', async () => {
    const comments = [aComment(), aComment({ ownerId: '-2' }), aComment({ postId: '2' }), aComment({ ownerId: '1' })];
    expect((await data.store(workspaceId, { comments })).inserted).toBe(4);
    expect((await list()).map(keyOf).toSorted()).toEqual(comments.map(keyOf).toSorted());
  });

  test('when ids need 64 bits, then they come back digit for digit', async () => {
    const max = '9223372036854775807';
    const row = aComment({ ownerId: `-${max}`, postId: max, commentId: max, parentId: max, threadId: max, replyToId: max });
    await data.store(workspaceId, { comments: [row] });
    expect(await list()).toMatchObject([row]);
    expect(await streamed({ posts: [`-${max}_${max}`] })).toEqual([keyOf(row)]);
  });
});

/** Above the size from which pages of new comments are copied. */
const LARGE = 150;
const largePage = (given: (index: number) => Parameters<typeof aComment>[0] = () => ({})): CommentRow[] =>
  Array.from({ length: LARGE }, (_, index) => aComment({ commentId: String(index + 1), ...given(index) }));

describe('storePage with a large page of new comments', () => {
  test('when texts hold what separates and escapes fields, then they come back sign for sign', async () => {
    const texts = ['a\tb', 'a\nb\r\nc', 'C:\\new\\table', '\\.', '\\N', '', ' ', '{"a":"\\u0041"}', '👩‍👩‍👧 Ёж', "'; --", '\u2028\u0001'];
    const rows = largePage((index) => ({ text: texts[index % texts.length] ?? '', likes: index }));
    expect(await data.store(workspaceId, { comments: rows })).toEqual({ state: 'running', inserted: LARGE, updated: 0 });
    expect((await listAll()).map(({ text, likes }) => ({ text, likes }))).toEqual(
      rows.map(({ text, likes }) => ({ text, likes })).toReversed(),
    );
  });

  test('when a text holds what PostgreSQL has no place for, then the rest of it is stored', async () => {
    const odd = ['a\0b', 'c\ud800d'];
    await data.store(workspaceId, { comments: largePage((index) => ({ text: odd[index] ?? 'plain' })) });
    expect((await listAll()).slice(-2).map(({ text }) => text)).toEqual(['c\ufffdd', 'ab']);
  });

  test('when every field is used, then each comes back, and stubs are deleted now', async () => {
    const max = '9223372036854775807';
    const full = {
      parentId: '7',
      threadId: '7',
      replyToId: max,
      authorKey: 'club5',
      date: new Date('2026-02-03T04:05:06.789Z'),
      attachments: [
        { type: 'photo', id: '-1_2' },
        { type: 'q"\\\t', id: null },
      ],
    };
    const rows = largePage((index) => (index === 1 ? { text: null, authorKey: null, isDeleted: true } : full));
    await data.store(workspaceId, { comments: rows });
    const [stub, first] = (await listAll())
      .toSorted((a, b) => Number(a.commentId) - Number(b.commentId))
      .slice(0, 2)
      .toReversed();
    expect(first).toMatchObject({ ...full, isDeleted: false, deletedAt: null });
    expect(stub).toMatchObject({ text: null, authorKey: null, isDeleted: true, attachments: [] });
    expect(stub?.deletedAt).toEqual(stub?.firstSeenAt);
  });

  test('when a comment in its middle is known, then that one is updated and the others are new', async () => {
    await data.store(workspaceId, { comments: [aComment({ commentId: '75', text: 'before', likes: 1 })] });
    const rows = largePage(() => ({ text: 'after' }));
    expect(await data.store(workspaceId, { comments: rows })).toEqual({ state: 'running', inserted: LARGE - 1, updated: 1 });
    const all = await listAll();
    expect(all).toHaveLength(LARGE);
    expect(all.every(({ text }) => text === 'after')).toBe(true);
  });

  test('when it is stored again unchanged, then no row is written', async () => {
    const versions = () => data.look('SELECT ctid::text, xmin::text, xmax::text FROM comment WHERE workspace_id = $1', [workspaceId]);
    await data.store(workspaceId, { comments: largePage() });
    const before = await versions();
    expect(await data.store(workspaceId, { comments: largePage() })).toEqual({ state: 'running', inserted: 0, updated: 0 });
    expect(before).toHaveLength(LARGE);
    expect(await versions()).toEqual(before);
  });

  test('when rows repeat, then the last one counts', async () => {
    const rows = [...largePage(), aComment({ commentId: '1', text: 'last' })];
    expect((await data.store(workspaceId, { comments: rows })).inserted).toBe(LARGE);
    expect((await listAll()).at(-1)).toMatchObject({ commentId: '1', text: 'last' });
  });

  test('when it brings a wall, authors and posts as well, then all are stored with the checkpoint', async () => {
    const job = await data.startJob(workspaceId);
    const page = {
      walls: [{ ownerId: '-1', kind: 'group', name: 'Wall', screenName: null } as const],
      posts: [aPost({ commentsClaimed: LARGE })],
      authors: [anAuthor({ name: 'Грейс Хоппер' })],
      comments: largePage(),
      checkpoint: { at: 2 },
      progress: { ...someProgress, done: LARGE },
    };
    expect((await data.db.comments.storePage({ lease: leaseOf(job), workspaceId, ...page })).state).toBe('running');
    expect(await data.db.walls.wallByOwner({ workspaceId, ownerId: '-1' })).toEqual(page.walls[0]);
    expect(await data.db.walls.coverage({ workspaceId, ownerId: '-1' })).toMatchObject({ posts: 1, claimed: LARGE, missing: 0 });
    expect((await listAll())[0]?.authorName).toBe('Грейс Хоппер');
    expect(await data.db.jobs.get(workspaceId, job.id)).toMatchObject({ checkpoint: { at: 2 }, progress: { done: LARGE } });
  });

  test('when the lease is old, then neither rows nor checkpoint are written', async () => {
    const job = await data.startJob(workspaceId);
    await data.takeOver(job);
    const page = { posts: [aPost()], authors: [anAuthor()], comments: largePage(), checkpoint: { at: 1 }, progress: someProgress };
    const outcome = await data.db.comments.storePage({ lease: leaseOf(job), workspaceId, ...page });
    expect(outcome).toEqual({ state: 'fenced', inserted: 0, updated: 0 });
    expect(await listAll()).toEqual([]);
    expect((await data.db.jobs.get(workspaceId, job.id))?.checkpoint).toBeNull();
  });

  test('when two collections store the same new page at once, then each comment is there once and counted once', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => data.store(workspaceId, { comments: largePage() })));
    expect(outcomes.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(LARGE);
    expect(await listAll()).toHaveLength(LARGE);
  });
});
