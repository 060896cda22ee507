import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalFileStore, generateApiKey, newId, silentLogger } from '@otklik/shared';
import {
  type DataUnderTest,
  type TempDir,
  aComment,
  aPost,
  aStub,
  anAuthor,
  leaseOf,
  makeTempDir,
  openDataUnderTest,
} from '@otklik/testing';
import request, { type Test } from 'supertest';
import { type RunningApi, startApi } from './start-api.ts';
import { type CheckedFront, openCheckedFront } from './testing/checked-front.ts';

const minute = (n: number): Date => new Date(Date.UTC(2026, 0, 1, 0, n));

describe('collected data over HTTP', () => {
  let data: DataUnderTest;
  let exportDir: TempDir;
  let api: RunningApi;
  let front: CheckedFront;
  let workspaceId: string;
  let key: string;

  beforeAll(async () => {
    data = await openDataUnderTest();
    exportDir = makeTempDir();
    const stores = { database: { url: data.url, poolMax: 4 }, queue: { url: data.url, prefix: 'otklik' }, exportDir: exportDir.path };
    api = await startApi({ ...stores, http: { host: '127.0.0.1', port: 0 }, logLevel: 'error' }, { logger: silentLogger });
    front = await openCheckedFront(api.url);
    workspaceId = await data.workspace();
    key = await makeKey(workspaceId);
    await data.store(workspaceId, {
      posts: [aPost({ postId: '1' }), aPost({ postId: '2' }), aPost({ ownerId: '-2', postId: '1' })],
      authors: [anAuthor({ authorKey: 'id1', name: 'Анна' })],
      comments: [
        ...Array.from({ length: 5 }, (_, index) => aComment({ commentId: String(index + 1), date: minute(index) })),
        aComment({ postId: '2', commentId: '6', date: minute(5), authorKey: 'club7' }),
        aComment({ ownerId: '-2', commentId: '1', date: minute(6), authorKey: 'id9223372036854775807' }),
      ],
    });
  });
  afterAll(async () => {
    await api.close();
    await data.close();
    exportDir.remove();
    await front.close();
  });

  const makeKey = async (workspace: string): Promise<string> => {
    const { keyId, text, digest } = generateApiKey();
    await data.db.keys.insert({ keyId, workspaceId: workspace, name: 'test', digest, scopes: ['data:read', 'data:write'] });
    return text;
  };
  const get = (path: string, as = key): Test => request(front.url).get(path).set('Authorization', `Bearer ${as}`);
  const idsOf = async (path: string): Promise<readonly string[]> => {
    const { body } = await get(path).expect(200);
    return body.items.map(({ ownerId, postId, commentId }: Record<string, string>) => `${ownerId}_${postId}_${commentId}`);
  };

  test('when comments are listed, then the newest come first, with their authors and ids as text', async () => {
    const { body } = await get('/v1/comments').expect(200);
    expect(body.items).toHaveLength(7);
    expect(body.items[0]).toMatchObject({ ownerId: '-2', commentId: '1', author: { key: 'id9223372036854775807', name: null } });
    expect(body.items.at(-1)).toMatchObject({
      commentId: '1',
      author: { key: 'id1', name: 'Анна' },
      text: 'comment 1',
      isDeleted: false,
      date: minute(0).toISOString(),
    });
  });

  test.each([
    ['wall=-2', ['-2_1_1']],
    ['post=-1_2', ['-1_2_6']],
    ['author=club7', ['-1_2_6']],
    ['wall=-1&author=id1&since=2026-01-01T00:03:00Z', ['-1_1_5', '-1_1_4']],
    ['wall=-1&until=2026-01-01T00:01:00%2B00:00', ['-1_1_1']],
    ['wall=-3', []],
  ])('when asked for %s, then exactly those come', async (query, expected) => {
    expect(await idsOf(`/v1/comments?${query}`)).toEqual(expected);
  });

  test.each(['2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', '2026-01-01T02:00:00%2B02:00'])(
    'when comments are asked for from 2026-01-01T00:00:00Z until %s, then the problem names both ends',
    async (until) => {
      const { body } = await get(`/v1/comments?since=2026-01-01T00:00:00Z&until=${until}`).expect(400);
      expect(body).toMatchObject({ code: 'VALIDATION', errors: [{ pointer: 'query:until', detail: 'must be later than `since`' }] });
    },
  );

  test('when the list is read page by page while new comments arrive, then none is missed or repeated', async () => {
    const seen: string[] = [];
    for (let path: string | null = '/v1/comments?wall=-1&limit=2'; path !== null;) {
      const { body, headers }: { body: { items: { commentId: string }[]; nextCursor: string | null }; headers: Record<string, string> } =
        await get(path).expect(200);
      seen.push(...body.items.map(({ commentId }) => commentId));
      await data.store(workspaceId, { comments: [aComment({ commentId: String(100 + seen.length), date: minute(60 + seen.length) })] });
      path = body.nextCursor === null ? null : (/<([^>]+)>/.exec(headers['link'] ?? '')?.[1] ?? null);
    }
    expect(seen).toEqual(['6', '5', '4', '3', '2', '1']);
  });

  test('when the cursor was made up, then the problem points at it', async () => {
    for (const cursor of ['x', 'eyJhIjoxfQ', Buffer.from('{"date":"\\u0000"}').toString('base64url')])
      expect((await get(`/v1/comments?cursor=${cursor}`).expect(400)).body.errors).toEqual([
        expect.objectContaining({ pointer: 'query:cursor' }),
      ]);
  });

  test('when another workspace asks, then there is nothing', async () => {
    const other = await makeKey(await data.workspace());
    expect((await get('/v1/comments?wall=-1', other).expect(200)).body).toEqual({ items: [], nextCursor: null });
  });

  test('when the overview is asked for, then it holds what this workspace has, and another one nothing of it', async () => {
    const workspace = await data.workspace();
    await data.store(workspace, {
      posts: [aPost({ commentsClaimed: 3 })],
      authors: [anAuthor()],
      comments: [aComment(), aStub({ commentId: '2' })],
    });
    const { body } = await get('/v1/stats/overview', await makeKey(workspace)).expect(200);
    expect(body).toMatchObject({
      posts: 1,
      authors: 1,
      comments: { stored: 2, deleted: 1 },
      coverage: { claimed: 3, collected: 2 },
      jobs: { isCapped: false, byType: [{ type: 'parse', states: { running: 1, succeeded: 0 } }, { type: 'analyze' }, { type: 'export' }] },
      lastCollectedAt: null,
    });
    const other = await get('/v1/stats/overview', await makeKey(await data.workspace())).expect(200);
    expect(other.body).toMatchObject({ walls: 0, posts: 0, authors: 0, comments: { stored: 0, deleted: 0 } });
    await get('/v1/stats/overview?x=1').expect(400);
  });

  test('when a keyword is added twice in different forms, then it is one; when it is removed, then it is gone', async () => {
    const add = (phrase: string): Test => request(front.url).post('/v1/keywords').set('Authorization', `Bearer ${key}`).send({ phrase });
    const first = await add('доставка еды').expect(201);
    const again = await add('Доставку еды').expect(201);
    expect(again.body.id).toBe(first.body.id);
    expect((await add('…').expect(400)).body.errors).toEqual([expect.objectContaining({ pointer: '/phrase' })]);
    await request(front.url).delete(`/v1/keywords/${first.body.id}`).set('Authorization', `Bearer ${key}`).expect(204);
    expect((await get('/v1/keywords').expect(200)).body.items).toEqual([]);
  });

  test('when an export is downloaded, then it is the file, named, with its digest; a file that is gone is a 404', async () => {
    const content = 'a;b\r\n1;2\r\n';
    const files = createLocalFileStore({ dir: exportDir.path });
    const stored = await files.write('x/y.csv', textOf(content), new AbortController().signal);
    const job = await data.startJob(workspaceId, { type: 'export' });
    const id = newId();
    await data.db.exports.insert({
      lease: leaseOf(job),
      workspaceId,
      file: { id, format: 'csv', rows: 1, ...stored, fileKey: 'x/y.csv', fileName: 'y.csv' },
    });
    const publicId = `exp_${id.replaceAll('-', '')}`;

    const { text, headers } = await get(`/v1/exports/${publicId}/file`).expect(200);
    expect(text).toBe(content);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="y.csv"',
      'repr-digest': `sha-256=:${createHash('sha256').update(content).digest('base64')}:`,
    });
    const known = await get(`/v1/exports/${publicId}/file`).set('If-None-Match', headers['etag'] ?? '');
    expect([known.status, known.text]).toEqual([304, '']);
    const head = await request(front.url).head(`/v1/exports/${publicId}/file`).set('Authorization', `Bearer ${key}`).expect(200);
    expect(head.headers).toMatchObject({ etag: headers['etag'], 'content-length': headers['content-length'] });
    expect((await get('/v1/exports').expect(200)).body.items).toEqual([
      expect.objectContaining({ id: publicId, sha256: stored.sha256, rows: 1 }),
    ]);
    const other = await makeKey(await data.workspace());
    await get(`/v1/exports/${publicId}`, other).expect(404);
    await get(`/v1/exports/${publicId}/file`, other).expect(404);
    expect((await get('/v1/exports', other).expect(200)).body.items).toEqual([]);
    await files.remove('x/y.csv');
    await get(`/v1/exports/${publicId}/file`).expect(404);
  });
});

async function* textOf(content: string): AsyncGenerator<string> {
  yield await Promise.resolve(content);
}
