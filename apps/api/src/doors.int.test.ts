import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Scope, scopes } from '@otklik/contracts';
import { waitFor } from '@otklik/testing';
import request, { type Test } from 'supertest';
import type { Route } from './http/route.ts';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

describe('the doors of the API', () => {
  let api: ApiUnderTest;
  let keyed: readonly Route[];
  beforeAll(async () => {
    api = await startApiUnderTest();
    keyed = api.routes.filter(({ scope }) => scope !== 'public');
  });
  afterAll(() => api.close());

  const call = (route: Route, id = 'x'): Test => {
    const sent = request(api.url)[route.method](route.path.replace(':id', id).replace('\\', ''));
    // What changes a thing says how: without that it is refused before anybody looks for the thing.
    return route.method === 'patch' ? sent.send(route.path.includes('vk-tokens') ? { state: 'active' } : { concurrency: null }) : sent;
  };
  const named = (route: Route): string => `${route.method} ${route.path}`;

  test('when there is no key, or a made-up, broken or revoked one, then every route but the probes answers 401', async () => {
    const revoked = await api.key();
    await api.db.keys.revoke(revoked.split('_')[1] ?? '');
    const real = await api.key();
    const broken = `${real.slice(0, -1)}${real.endsWith('0') ? '1' : '0'}`;
    for (const route of keyed)
      for (const header of [undefined, 'Bearer', 'Basic YTpi', 'Bearer otk_made_up', `Bearer ${broken}`, `Bearer ${revoked}`]) {
        const { status, headers, body } = await (header === undefined ? call(route) : call(route).set('Authorization', header));
        expect([named(route), header, status]).toEqual([named(route), header, 401]);
        expect(headers['www-authenticate']).toContain('Bearer');
        expect(body.code).toBe('UNAUTHENTICATED');
      }
  });

  test('when a key is revoked, then it stops working within two seconds', async () => {
    const key = await api.key();
    const ask = () => request(api.url).get('/v1/jobs').set('Authorization', `Bearer ${key}`);
    await ask().expect(200);
    await api.db.keys.revoke(key.split('_')[1] ?? '');
    await waitFor(async () => (await ask()).status === 401, { timeoutMs: 2_000 });
  });

  test('when a key lacks the scope of a route, then that answers 403; with the scope it does not', async () => {
    const keys = new Map<Scope, string>();
    for (const scope of scopes) keys.set(scope, await api.key([scope]));
    for (const route of keyed)
      for (const scope of scopes) {
        const { status } = await call(route).set('Authorization', `Bearer ${keys.get(scope)}`);
        const isAllowed = scope === route.scope || scope === 'admin';
        expect([named(route), scope, status === 403]).toEqual([named(route), scope, !isAllowed]);
      }
  });

  test('when an object belongs to another workspace, then every route that names one answers 404 and the object stays as it is', async () => {
    const mine = await api.key(['admin'], 'mine');
    const other = await api.key(['admin'], 'other');
    const as = (sent: Test, key: string): Test => sent.set('Authorization', `Bearer ${key}`);
    const job = (await as(request(api.url).post('/v1/jobs/parse'), mine).send({ target: { wall: '-1' } })).body.id;
    const keyword = (await as(request(api.url).post('/v1/keywords'), mine).send({ phrase: 'доставка' })).body.id;
    const newToken = { token: 'vk1.a.of-another-workspace', label: 'mine' };
    const token = (await as(request(api.url).post('/v1/vk-tokens'), mine).send(newToken)).body.id;
    const list = (await as(request(api.url).post('/v1/target-lists'), mine).send({ lines: ['-1'] })).body.id;
    const unknown = `exp_${'0'.repeat(32)}`;
    const ofVk = { '/comments/': '-1_2_3', '/walls/': '-1' };
    const ids = { '/jobs/': job, '/keywords/': keyword, '/vk-tokens/': token, '/target-lists/': list, ...ofVk };
    const idFor = (path: string): string => Object.entries(ids).find(([part]) => path.includes(part))?.[1] ?? unknown;
    const withId = keyed.filter(({ path }) => path.includes(':id'));
    expect(withId.length).toBeGreaterThan(5);
    for (const route of withId) {
      const { status, body } = await as(call(route, idFor(route.path)), other);
      expect([named(route), status, body.code]).toEqual([named(route), 404, 'NOT_FOUND']);
    }
    expect((await as(request(api.url).get(`/v1/jobs/${job}`), mine)).body.state).toBe('queued');
    expect((await as(request(api.url).get(`/v1/target-lists/${list}`), mine)).status).toBe(200);
    expect((await as(request(api.url).get('/v1/keywords'), other)).body.items).toEqual([]);
    expect((await as(request(api.url).get(`/v1/vk-tokens/${token}`), mine)).body).toMatchObject({ state: 'active', label: 'mine' });
  });

  test('when method, path, media type or body are not served, then the problem says which', async () => {
    const key = `Bearer ${await api.key()}`;
    const at = (sent: Test): Test => sent.set('Authorization', key);
    const put = await at(request(api.url).put('/v1/jobs')).expect(405);
    expect(put.headers['allow']).toBe('GET, HEAD');
    expect((await at(request(api.url).get('/v1/nothing')).expect(404)).body.code).toBe('NOT_FOUND');
    expect((await at(request(api.url).get('/v1/jobs/%E0%A4%A')).expect(400)).body.code).toBe('MALFORMED_URL');
    const submit = (): Test => at(request(api.url).post('/v1/jobs/parse'));
    expect((await submit().set('Content-Type', 'text/plain').send('{}').expect(415)).body.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    expect((await submit().set('Content-Type', 'application/json').send('{"a"').expect(400)).body.code).toBe('MALFORMED_BODY');
    expect(
      (
        await submit()
          .send({ labels: ['x'.repeat(300_000)] })
          .expect(413)
      ).body.code,
    ).toBe('BODY_TOO_LARGE');
  });

  test('when a path is asked for with HEAD, then status and media type are those of GET, without a body', async () => {
    const key = `Bearer ${await api.key()}`;
    for (const { method, path } of api.routes.filter((route) => route.method === 'get' && !route.path.includes(':'))) {
      const [got, head] = [
        await request(api.url)[method](path).set('Authorization', key),
        await request(api.url).head(path).set('Authorization', key),
      ];
      expect([path, head.status, head.headers['content-type'], head.text ?? '']).toEqual([
        path,
        got.status,
        got.headers['content-type'],
        '',
      ]);
    }
  });

  test('when a caller brings a request id, then it is echoed; one that could forge log lines is replaced', async () => {
    expect((await request(api.url).get('/livez').set('X-Request-Id', 'mine-1')).headers['x-request-id']).toBe('mine-1');
    expect((await request(api.url).get('/livez').set('X-Request-Id', 'a"b c')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('when anything is answered, then it carries the headers that keep browsers and proxies out', async () => {
    const { headers } = await request(api.url).get('/livez').expect(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers['strict-transport-security']).toBeDefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });

  test('when the database answers, then the API is ready', async () => {
    expect((await request(api.url).get('/readyz').expect(200)).body.checks).toEqual({ database: 'ok', process: 'ok' });
  });

  test('when the database was never migrated, then the API is not ready and says what to do', async () => {
    await api.database.query('ALTER TABLE _prisma_migrations RENAME TO hidden');
    const { status, body } = await request(api.url).get('/readyz');
    await api.database.query('ALTER TABLE hidden RENAME TO _prisma_migrations');
    expect(status).toBe(503);
    expect(body.checks.database).toContain('npm run migrate');
    await request(api.url).get('/readyz').expect(200);
  });
});
