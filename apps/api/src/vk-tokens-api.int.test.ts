import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { publicId } from '@otklik/contracts';
import { createLogger } from '@otklik/shared';
import { leaseOfStart } from '@otklik/testing';
import { DEMO_WALL, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import request from 'supertest';
import { type ApiUnderTest, startApiUnderTest } from './testing/api-under-test.ts';

const A_WALL = { target: { wall: 'club1' } };
const SECRET = 'vk1.a.canary-of-the-api-0123456789';

describe('/v1/vk-tokens', () => {
  let api: ApiUnderTest;
  let key: string;
  let vk: VkSimulator;
  const lines: string[] = [];
  const heard: string[] = [];
  beforeAll(async () => {
    const logger = createLogger({ level: 'debug', service: 'api', write: (line) => void lines.push(line) });
    vk = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 10_000 });
    api = await startApiUnderTest({ logger, vk: { baseUrl: vk.url, wall: DEMO_WALL.screenName } });
    key = await api.key();
  });
  afterAll(async () => {
    await api.close();
    await vk.close();
  });

  type Asked = { readonly body?: object | undefined; readonly as?: string };
  const askAs = async (method: 'get' | 'post' | 'patch' | 'delete', path: string, { body, as = key }: Asked) => {
    const sent = request(api.url)[method](`/v1/vk-tokens${path}`).set('Authorization', `Bearer ${as}`);
    const answer = await (body === undefined ? sent : sent.send(body));
    heard.push(answer.text);
    return answer;
  };
  const ask = (method: 'get' | 'post' | 'patch' | 'delete', path: string, body?: object) => askAs(method, path, { body });

  test('when a token is added, then it is answered and listed without itself', async () => {
    const added = await ask('post', '', { token: SECRET, label: 'main app' });
    expect([added.status, added.body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^vkt_[0-9a-f]{32}$/),
        kind: 'service',
        label: 'main app',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        state: 'active',
        parkedUntil: null,
        vkCode: null,
        reason: null,
        requestsPerSecond: 3,
        mayExecute: null,
        expiresAt: null,
        probedAt: null,
        createdAt: expect.any(String),
        createdBy: key.split('_')[1],
        methods: [],
      },
    ]);
    expect((await ask('get', '')).body).toEqual({ items: [added.body], nextCursor: null });
    expect((await ask('get', `/${added.body.id}`)).body).toEqual(added.body);
  });

  test('when the token stands in place of its label, then it is refused', async () => {
    const refused = await ask('post', '', { token: SECRET, label: 'vk1.a.Zm9vYmFyWm9vYmFy' });
    expect([refused.status, refused.body.errors]).toEqual([
      400,
      [{ pointer: '/label', detail: expect.stringContaining('looks like a token') }],
    ]);
    expect(refused.text).not.toContain('Zm9v');
  });

  test('when it is added again, then the conflict names the one that is there', async () => {
    const [known] = (await ask('get', '')).body.items;
    const again = await ask('post', '', { token: SECRET, label: 'once more' });
    expect([again.status, again.body.code, again.body.detail]).toEqual([409, 'CONFLICT', expect.stringContaining(known.id)]);
  });

  test('when it is out, then it says why, and is used again when it is set active', async () => {
    const { id } = (await ask('post', '', { token: `${SECRET}-two`, label: 'second', kind: 'user', requestsPerSecond: 5 })).body;
    const tokenId = `${id.slice(4, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20, 24)}-${id.slice(24)}`;
    const [{ id: workspaceId } = { id: '' }] = await api.database.query<{ id: string }>(`SELECT id FROM workspace WHERE name = 'test'`);
    const ref = { workspaceId, tokenId };
    const until = new Date(Date.now() + 3_600_000);
    await api.db.vkTokens.park(ref, { method: 'wall.get', until, vkCode: 29, reason: 'The daily quota is used up.' });
    await api.db.vkTokens.park(ref, { method: null, until, vkCode: 14, reason: 'VK asks for a captcha.' });
    const parked = { state: 'parked', parkedUntil: until.toISOString(), vkCode: 14, reason: 'VK asks for a captcha.' };
    const method = { method: 'wall.get', callsToday: 0, dailyCap: null, parkedUntil: until.toISOString(), vkCode: 29 };
    expect((await ask('get', `/${id}`)).body).toMatchObject({ ...parked, methods: [method] });
    await api.db.vkTokens.invalidate(ref, { vkCode: 5, reason: 'Revoked.' });
    expect((await ask('get', `/${id}`)).body).toMatchObject({ state: 'invalid', parkedUntil: null, vkCode: 5, reason: 'Revoked.' });
    const active = { state: 'active', vkCode: null, reason: null, label: 'second', methods: [{ parkedUntil: null, reason: null }] };
    expect((await ask('patch', `/${id}`, { state: 'active' })).body).toMatchObject(active);
    expect((await ask('patch', `/${id}`, { label: 'spare', requestsPerSecond: 2 })).body).toMatchObject({
      label: 'spare',
      requestsPerSecond: 2,
    });
    expect((await ask('patch', `/${id}`, { expiresAt: '2020-01-01T00:00:00Z' })).body).toMatchObject({
      state: 'invalid',
      reason: 'The token has expired.',
    });
  });

  test('when it is deleted, then it is gone; one of another workspace is not there', async () => {
    const { id } = (await ask('post', '', { token: `${SECRET}-three`, label: 'third' })).body;
    const other = await api.key(['admin'], 'other');
    for (const method of ['get', 'delete'] as const) expect((await askAs(method, `/${id}`, { as: other })).status).toBe(404);
    expect((await askAs('patch', `/${id}`, { body: { label: 'mine' }, as: other })).status).toBe(404);
    expect((await askAs('get', '', { as: other })).body.items).toEqual([]);
    expect((await ask('delete', `/${id}`)).status).toBe(204);
    expect((await ask('get', `/${id}`)).status).toBe(404);
  });

  test('when it is probed, then VK is asked, and what was found is recorded, counted, and decides whether it is used', async () => {
    const simulator = createSimulatorClient(vk.url);
    const token = `${SECRET}-probed`;
    const { id } = (await ask('post', '', { token, label: 'probed', requestsPerSecond: 200 })).body;
    const unknown = await ask('post', `/${id}:probe`);
    expect([unknown.status, unknown.body.probe.verdict]).toEqual([200, 'invalid']);
    expect(unknown.body.token).toMatchObject({ state: 'invalid', vkCode: 5, reason: unknown.body.probe.summary });

    await simulator.control({ do: 'addToken', token, requestsPerSecond: 10_000 });
    const { body: ready } = await ask('post', `/${id}:probe`);
    expect(ready.probe).toMatchObject({ verdict: 'ready', kind: 'service', mayExecute: true, requests: 8 });
    expect(ready.token).toMatchObject({ state: 'active', mayExecute: true, probedAt: expect.any(String), reason: null });
    const calls = (method: string) => ready.token.methods.find((one: { method: string }) => one.method === method)?.callsToday;
    expect([calls('users.get'), calls('wall.get')]).toEqual([2, 1]);

    await simulator.control({ do: 'tokenState', token, state: 'captcha' });
    const { body: parked } = await ask('post', `/${id}:probe`);
    expect(parked.token).toMatchObject({ state: 'parked', vkCode: 14, parkedUntil: expect.any(String) });
    const other = await api.key(['admin'], 'other');
    expect((await askAs('post', `/${id}:probe`, { as: other })).status).toBe(404);
  });

  describe('while a job waits for a token', () => {
    const waitingJob = async (): Promise<string> => {
      const { body } = await request(api.url).post('/v1/jobs/parse?check=false').set('Authorization', `Bearer ${key}`).send(A_WALL);
      const jobId = publicId('job').parse(body.id);
      const lease = leaseOfStart(await api.db.jobs.start({ jobId, generation: 1, worker: 'w', staleAfterMs: 1_000 }));
      await api.db.jobs.wait(lease, { kind: 'token', waitMs: 3_600_000, detail: 'none' });
      return body.id;
    };
    const waits = async (id: string): Promise<boolean> =>
      (await request(api.url).get(`/v1/jobs/${id}`).set('Authorization', `Bearer ${key}`)).body.waitingFor.kind === 'token';

    test('when a token is added, set active, proves to work again or is deleted, then it looks at once; another label is no reason', async () => {
      const token = `${SECRET}-waited-for`;
      const id = await waitingJob();
      const added = await ask('post', '', { token, label: 'waited for', requestsPerSecond: 200 });
      expect(await waits(id)).toBe(false);

      const second = await waitingJob();
      await ask('patch', `/${added.body.id}`, { label: 'another' });
      expect(await waits(second)).toBe(true);
      await ask('patch', `/${added.body.id}`, { state: 'active' });
      expect(await waits(second)).toBe(false);

      const third = await waitingJob();
      await ask('post', `/${added.body.id}:probe`);
      expect(await waits(third)).toBe(true);
      await createSimulatorClient(vk.url).control({ do: 'addToken', token, requestsPerSecond: 10_000 });
      await ask('post', `/${added.body.id}:probe`);
      expect(await waits(third)).toBe(false);

      const fourth = await waitingJob();
      await ask('delete', `/${added.body.id}`);
      expect(await waits(fourth)).toBe(false);
    });
  });

  test.each([
    [{ label: 'x' }, '/token'],
    [{ token: 'short', label: 'x' }, '/token'],
    [{ token: `${SECRET} `, label: 'x' }, '/token'],
    [{ token: SECRET }, '/label'],
    [{ token: SECRET, label: 'x', kind: 'community' }, '/kind'],
    [{ token: SECRET, label: 'x', requestsPerSecond: 0 }, '/requestsPerSecond'],
  ])('when a body is %j, then the problem names the place and not the token', async (body, pointer) => {
    const answer = await ask('post', '', body);
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  test('when all of that has happened, then neither an answer nor a line of the log holds the token, and the log says who did what', () => {
    expect(heard.filter((text) => text.includes(SECRET))).toEqual([]);
    expect(lines.filter((line) => line.includes(SECRET))).toEqual([]);
    for (const what of ['VK token added', 'VK token probed', 'VK token changed', 'VK token deleted'])
      expect(lines.find((line) => line.includes(what))).toContain(key.split('_')[1]);
  });
});
