import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateApiKey, silentLogger } from '@otklik/shared';
import { type DataUnderTest, type TempDir, aComment, aPost, aStub, anAuthor, makeTempDir, openDataUnderTest } from '@otklik/testing';
import request, { type Test } from 'supertest';
import { type RunningApi, startApi } from './start-api.ts';
import { type CheckedFront, openCheckedFront } from './testing/checked-front.ts';

describe('walls, posts and single comments over HTTP', () => {
  let data: DataUnderTest;
  let exportDir: TempDir;
  let api: RunningApi;
  let front: CheckedFront;
  let key: string;
  let stranger: string;
  let workspaceId: string;

  beforeAll(async () => {
    data = await openDataUnderTest();
    exportDir = makeTempDir();
    const stores = { database: { url: data.url, poolMax: 4 }, queue: { url: data.url, prefix: 'otklik' }, exportDir: exportDir.path };
    api = await startApi({ ...stores, http: { host: '127.0.0.1', port: 0 }, logLevel: 'error' }, { logger: silentLogger });
    front = await openCheckedFront(api.url);
    workspaceId = await data.workspace();
    key = await makeKey(workspaceId);
    stranger = await makeKey(await data.workspace());
    await collectTown();
  });
  afterAll(async () => {
    await api.close();
    await data.close();
    exportDir.remove();
    await front.close();
  });

  /** Post 1 is complete, 2 closed, 3 not read, 4 has fewer than VK counted; comment 2 was edited and is gone, its reply with it. */
  const collectTown = async (): Promise<void> => {
    const end = (postId: string, claimed: number) => ({ ownerId: '-1', postId, vkCode: null, claimed, withThreads: true });
    const reply = { parentId: '2', threadId: '2', replyToId: '2' };
    await data.store(workspaceId, {
      walls: ['-1', '-2', '5'].map((ownerId) => ({
        ownerId,
        kind: ownerId === '5' ? 'user' : 'group',
        name: `W${ownerId}`,
        screenName: null,
      })),
      posts: [2, 3, 4, 5].map((commentsClaimed, index) => aPost({ postId: String(index + 1), commentsClaimed })),
      authors: [anAuthor({ name: 'Анна' })],
      comments: [
        aComment(),
        aComment({ commentId: '2', text: 'first' }),
        aComment({ commentId: '3', ...reply }),
        aComment({ postId: '4', commentId: '9' }),
      ],
    });
    await data.store(workspaceId, { comments: [aComment({ commentId: '2', text: 'second' }), aStub({ commentId: '4' })] });
    await data.store(workspaceId, {
      levels: [{ ownerId: '-1', postId: '1', rootId: null, afterId: null, throughId: null, presentIds: ['1', '4'] }],
      postReads: [
        { ...end('1', 2), state: 'complete' },
        { ...end('2', 3), state: 'closed', vkCode: 212 },
        { ...end('4', 5), state: 'complete' },
      ],
      wallReads: [{ ownerId: '-1', state: 'complete', vkCode: null }],
    });
  };

  const makeKey = async (workspace: string): Promise<string> => {
    const { keyId, text, digest } = generateApiKey();
    await data.db.keys.insert({ keyId, workspaceId: workspace, name: 'test', digest, scopes: ['data:read'] });
    return text;
  };
  const get = (path: string, as = key): Test => request(front.url).get(path).set('Authorization', `Bearer ${as}`);

  test.each(['/v1/walls/-1', '/v1/comments/-1_1_2'])('when %s is as the caller knows it, then that is all that is said', async (path) => {
    const { headers, body } = await get(path).expect(200);
    const etag = headers['etag'] ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    const known = await get(path).set('If-None-Match', etag).expect(304);
    expect([known.text, known.headers['etag']]).toEqual(['', etag]);
    const other = await get(path).set('If-None-Match', '"another"').expect(200);
    expect([other.body, other.headers['etag']]).toEqual([body, etag]);
  });

  test('when a comment changes, then its tag does', async () => {
    const tagOf = async (): Promise<string | undefined> => (await get('/v1/comments/-1_4_9').expect(200)).headers['etag'];
    const before = await tagOf();
    await data.store(workspaceId, { comments: [aComment({ postId: '4', commentId: '9', text: 'another text' })] });
    const after = await tagOf();
    expect(after).not.toBe(before);
    expect(await tagOf()).toBe(after);
  });

  test('when walls are listed page by page, then each comes once with how its reading ended', async () => {
    const first = (await get('/v1/walls?limit=2').expect(200)).body;
    expect(first.items.map(({ ownerId }: { ownerId: string }) => ownerId)).toEqual(['-2', '-1']);
    expect(first.items[1]).toMatchObject({ kind: 'group', name: 'W-1', read: { state: 'complete', vkCode: null } });
    const second = (await get(`/v1/walls?limit=2&cursor=${first.nextCursor}`).expect(200)).body;
    expect(second).toMatchObject({ items: [{ ownerId: '5', kind: 'user', read: null }], nextCursor: null });
  });

  test('when a wall is read, then its coverage names what is missing and what is to blame', async () => {
    const { body } = await get('/v1/walls/-1').expect(200);
    const [first] = (await get('/v1/posts?wall=-1&limit=1&cursor=2').expect(200)).body.items;
    expect(first.commentsReadAt).toBe(first.read.at);
    expect(body.coverage).toEqual({
      posts: 4,
      claimed: 14,
      collected: 3,
      missing: 11,
      oldestReadAt: first.commentsReadAt,
      reasons: [
        { state: 'closed', posts: 1, missing: 3 },
        { state: 'unexplained', posts: 1, missing: 4 },
        { state: 'unread', posts: 1, missing: 4 },
      ],
    });
    expect(body.incompletePosts.map(({ postId, reason }: Record<string, unknown>) => [postId, reason])).toEqual([
      ['4', 'unexplained'],
      ['3', 'unread'],
      ['2', 'closed'],
    ]);
    expect((await get('/v1/walls/5').expect(200)).body).toMatchObject({ coverage: { posts: 0, reasons: [] }, incompletePosts: [] });
  });

  test('when posts are listed, then they come newest first, all or the incomplete ones, each with its reading', async () => {
    const { body } = await get('/v1/posts?wall=-1&limit=3').expect(200);
    expect(body).toMatchObject({ items: [{ postId: '4' }, { postId: '3', read: null }, { postId: '2' }], nextCursor: '2' });
    expect(body.items[2]).toMatchObject({
      read: { state: 'closed', vkCode: 212, claimed: 3, withThreads: true },
      commentsReadAt: null,
      collected: 0,
      missing: 3,
    });
    const rest = (await get('/v1/posts?wall=-1&limit=3&cursor=2').expect(200)).body;
    expect(rest).toMatchObject({ items: [{ postId: '1', collected: 2, missing: 0, reason: null }], nextCursor: null });
    const incomplete = (await get('/v1/posts?wall=-1&incomplete=true&limit=2').expect(200)).body;
    expect(incomplete).toMatchObject({ items: [{ postId: '4' }, { postId: '3' }], nextCursor: '3' });
    await get('/v1/posts').expect(400);
    await get('/v1/posts?wall=-1&incomplete=maybe').expect(400);
  });

  test('when a comment is read, then it comes with what it was before and with its thread', async () => {
    const { body } = await get('/v1/comments/-1_1_3').expect(200);
    expect(body.comment).toMatchObject({ commentId: '3', isDeleted: true, author: { key: 'id1', name: 'Анна' } });
    expect(body.thread.map(({ commentId }: { commentId: string }) => commentId)).toEqual(['2', '3']);
    const root = (await get('/v1/comments/-1_1_2').expect(200)).body;
    expect(root.comment).toMatchObject({ text: 'second', isDeleted: true });
    expect(root.revisions).toMatchObject([
      { change: 'deleted', text: 'second', attachments: [] },
      { change: 'edited', text: 'first' },
    ]);
  });

  test('when another workspace asks, or nothing of that name is there, then it is not found', async () => {
    for (const path of ['/v1/walls/-1', '/v1/comments/-1_1_1']) await get(path, stranger).expect(404);
    for (const path of ['/v1/walls/-3', '/v1/comments/-1_1_99', '/v1/comments/-1_2_1']) await get(path).expect(404);
    for (const path of ['/v1/walls/apiclub', '/v1/comments/1', '/v1/comments/-1_1_99999999999999999999']) await get(path).expect(400);
    for (const path of ['/v1/walls', '/v1/posts?wall=-1'])
      expect((await get(path, stranger).expect(200)).body).toEqual({ items: [], nextCursor: null });
  });
});
