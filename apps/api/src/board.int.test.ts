import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type TestRedis, describeWithRedis, startPrivateRedis, testRedis, waitFor } from '@otklik/testing';
import request, { type Test } from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

const QUEUES = '/admin/queues/api/queues?activeQueue=parse&status=latest&page=1&jobsPerPage=10';
const PATHS = ['', '/', '/queue/parse', '/queue/parse/1', '/api/queues', '/static/images/logo.svg', '/static/no', '/nothing'];
const CHANGES = [
  ['put', '/api/queues/parse/pause'],
  ['put', '/api/queues/parse/obliterate'],
  ['post', '/api/queues/parse/add'],
  ['patch', '/api/queues/parse/1/update-data'],
  ['put', '/api/queues/parse/clean/failed'],
] as const;

const asBrowser = (sent: Test, key: string, user = 'operator'): Test =>
  sent.set('Authorization', `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`);

type Queue = { readonly url: string; readonly prefix: string };

const board = (open: () => { readonly queue?: Queue; readonly close: () => Promise<void> }): void => {
  let api: ApiUnderTest;
  let key: string;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const opened = open();
    close = opened.close;
    const access = { access: 'write', environment: 'test' } as const;
    api = await startApiUnderTest({ board: access, ...(opened.queue && { queue: opened.queue }) });
    key = await api.key();
  });
  afterAll(async () => {
    await api.close();
    await close();
  });
  const get = (path: string): Test => asBrowser(request(api.url).get(path), key);
  const put = (path: string): Test => asBrowser(request(api.url).put(path), key);

  test('when there is no key, or a wrong one, then everything below the board asks for one and says nothing else', async () => {
    const wrong = [undefined, 'Basic', 'Basic e30=', `Basic ${Buffer.from('a:otk_made_up').toString('base64')}`, `Bearer ${key}`];
    for (const path of [...PATHS.map((one) => `/admin/queues${one}`), '/admin', '/admin/jobs/job_1'])
      for (const header of wrong) {
        const sent = request(api.url).get(path);
        const { status, headers, text } = await (header === undefined ? sent : sent.set('Authorization', header));
        expect([path, header, status]).toEqual([path, header, 401]);
        expect(headers['www-authenticate']).toMatch(/^Basic realm="/);
        expect(text).not.toContain('board');
      }
    for (const [method, path] of CHANGES) expect((await request(api.url)[method](`/admin/queues${path}`)).status).toBe(401);
    const reader = await api.key(['jobs:read', 'jobs:write']);
    expect((await asBrowser(request(api.url).get('/admin/queues'), reader)).status).toBe(403);
    expect(await api.db.queuePauses.list()).toEqual([]);
  });

  test('when an operator opens it, then page, assets and data come from here under a policy that lets nothing else in', async () => {
    const { headers, text } = await get('/admin/queues').expect(200);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    const assets = [...text.matchAll(/(?:href|src)="(static\/[^"]+)"/g)].flatMap(([, path]) => path ?? []);
    expect(assets.length).toBeGreaterThan(3);
    for (const path of assets) expect((await get(`/admin/queues/${path}`)).headers['cache-control']).toContain('private');
    const { body } = await get(QUEUES).expect(200);
    expect(body.queues.map(({ name }: { name: string }) => name)).toEqual(['parse', 'analyze', 'export']);
    await get('/admin/queues/nothing').expect(404);
  });

  test('when a job has been dispatched, then the board links to it, and the link shows it to its own workspace only', async () => {
    const submitted = await request(api.url)
      .post('/v1/jobs/parse')
      .set('Authorization', `Bearer ${key}`)
      .send({ target: { wall: '-1' } });
    const href = await until(async () => {
      const { body } = await get(QUEUES);
      const jobs: readonly { readonly externalUrl: { readonly href: string } }[] = body.queues[0].jobs;
      return jobs[0]?.externalUrl.href;
    });
    expect(href).toBe(`/admin/jobs/${submitted.body.id}`);
    expect((await get(href).expect(200)).body).toMatchObject({ id: submitted.body.id, state: 'queued' });
    const other = await api.key(['admin'], 'other');
    await asBrowser(request(api.url).get(href), other).expect(404);
    await get('/admin/jobs/nonsense').expect(400);
  });

  test('when another page makes the browser ask for a change, then it is refused; from the page itself it is done', async () => {
    const pause = (): Test => put('/admin/queues/api/queues/export/pause');
    await pause().set('Sec-Fetch-Site', 'cross-site').expect(403);
    await pause().set('Sec-Fetch-Site', 'same-site').expect(403);
    await pause().set('Origin', 'http://elsewhere.example').expect(403);
    expect(await api.db.queuePauses.list()).toEqual([]);
    await pause().set('Sec-Fetch-Site', 'same-origin').expect(200);
    expect(await api.db.queuePauses.list()).toMatchObject([{ type: 'export', pausedBy: key.split('_')[1] }]);
    await put('/admin/queues/api/queues/export/resume').set('Origin', api.url).expect(200);
    expect(await api.db.queuePauses.list()).toEqual([]);
    await put('/admin/queues/api/queues/export/obliterate').expect(403);
  });
};

const until = async (read: () => Promise<string | undefined>): Promise<string> =>
  (await waitFor(async () => (await read()) ?? false)) || '';

describe('the board in a browser, over PostgreSQL', () => board(() => ({ close: async () => undefined })));

describeWithRedis('the board in a browser, over Redis', () => {
  board(() => {
    const redis: TestRedis = testRedis();
    return { queue: { url: redis.url, prefix: redis.prefix }, close: () => redis.drop() };
  });
});

describeWithRedis('the board without its queue', () => {
  test('when Redis is gone or frozen, then the page says so in time, and its requests get a problem', async () => {
    const redis = await startPrivateRedis();
    const access = { access: 'read', environment: 'test' } as const;
    const api = await startApiUnderTest({ board: access, queue: { url: redis.url, prefix: 'otklik' } });
    const key = await api.key();
    const page = (): Test => asBrowser(request(api.url).get('/admin/queues').set('Accept', 'text/html'), key);
    await page().expect(200);
    redis.freeze();
    const frozen = await page();
    expect([frozen.status, frozen.text]).toEqual([503, expect.stringContaining('<h1>')]);
    redis.thaw();
    await redis.kill();
    const gone = await page();
    expect([gone.status, gone.text]).toEqual([503, expect.stringMatching(/queue/i)]);
    expect(await asBrowser(request(api.url).get(QUEUES), key)).toMatchObject({ status: 503, body: { code: 'QUEUE' } });
    await api.close();
    await redis.stop();
  }, 30_000);
});

describe('an installation without the board', () => {
  test('when it is off, then there is nothing at its path', async () => {
    const api = await startApiUnderTest();
    await asBrowser(request(api.url).get('/admin/queues'), await api.key()).expect(404);
    await api.close();
  });
});
