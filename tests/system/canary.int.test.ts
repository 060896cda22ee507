import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generateRingKey } from '@otklik/shared';
import { type RunningProcess, describeWithRedis, waitFor } from '@otklik/testing';
import { DEMO_WALL, SPECIAL_WALLS, type VkSimulator, createSimulatorClient, startVkSimulator } from '@otklik/vk-simulator';
import { z } from 'zod';
import type { ApiCaller } from './testing/api-caller.ts';
import { allOfPostgres, allOfRedis, holdersOf } from './testing/everything-stored.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

/** Of a form that no redaction knows: where it is not found, nobody put it. */
const CANARY = `canary${randomBytes(24).toString('hex')}`;
const LABEL = 'label-of-the-canary';
const BOARD = '/admin/queues/api/queues?activeQueue=parse&status=latest&page=1&jobsPerPage=50';
const Waiting = z.object({ waitingFor: z.object({ kind: z.literal('token') }) });
const Token = z.object({ id: z.string(), fingerprint: z.string(), state: z.string() });

/** A token goes all the ways that a token can go, well and badly; then everything that was said and stored is searched for it. */
describeWithRedis('a token of VK', () => {
  let vk: VkSimulator;
  let stores: QueueStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  let worker: RunningProcess;
  let caller: ApiCaller;
  const answers: string[] = [];
  beforeAll(async () => {
    [vk, stores] = await Promise.all([
      startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 1_000 }),
      openStores('redis', { isPrivate: true }),
    ]);
    product = await startProduct({ ...stores, pace: 'quick' });
    const shared = {
      OTKLIK_KEYRING: generateRingKey(new Date()),
      VK_API_URL: vk.url,
      CACHE_URL: stores.queueUrl,
      LOG_LEVEL: 'debug',
      OPERATIONS_PORT: '0',
    };
    // That of the environment holds the canary too and is unknown to VK: a job that succeeds went with the one that was added.
    [api, worker] = await Promise.all([
      product.startApi({ ...shared, VK_PROBE_WALL: DEMO_WALL.screenName }),
      product.startWorker('w1', { ...shared, VK_TOKEN: `${CANARY}0` }),
    ]);
    caller = await product.caller(api);
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
    await vk.close();
  });

  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await caller.call(method, path, body);
    answers.push(JSON.stringify(answer.body));
    return answer.body;
  };
  const active = (id: string): Promise<unknown> => ask('PATCH', `/v1/vk-tokens/${id}`, { state: 'active' });
  const tell = async (id: string): Promise<void> => {
    for (const path of ['', '/attempts', '/logs?limit=200', '/result']) await ask('GET', `/v1/jobs/${id}${path}`);
  };

  /** Each fault meets a job that is on its way, and one that somebody else asks about. */
  const breakAll = async (token: string): Promise<readonly string[]> => {
    const simulator = createSimulatorClient(vk.url);
    const jobs: string[] = [];
    const faults = [
      { kind: 'error', code: 14, message: `Captcha needed: access_token=${CANARY}` },
      { kind: 'error', code: 5, message: `User authorization failed: invalid access_token (${CANARY}).` },
      { kind: 'html', status: 502 },
    ] as const;
    for (const fault of faults) {
      await simulator.control({ do: 'fail', with: fault, times: 3 });
      const { id } = await caller.submit('parse', { target: { wall: SPECIAL_WALLS.user.screenName }, maxAttempts: 1 });
      jobs.push(id);
      await waitFor(async () => (await caller.job(id)).starts > 0 && (await caller.job(id)).state !== 'running', { timeoutMs: 10_000 });
      await ask('POST', `/v1/vk-tokens/${token}:probe`);
      await simulator.control({ do: 'resetRules' });
      await active(token);
    }
    return jobs;
  };

  const everything = async (): Promise<Readonly<Record<string, string>>> => {
    const basic = `Basic ${Buffer.from(`admin:${caller.key}`).toString('base64')}`;
    const board = await (await fetch(`${api.url}${BOARD}`, { headers: { authorization: basic } })).text();
    const [ofApi, ofWorker] = await Promise.all([scrape(operationsOf(api.process)), scrape(operationsOf(worker))]);
    const [redis, postgres] = await Promise.all([allOfRedis(stores.queueUrl), allOfPostgres(stores.database)]);
    const logs = { 'log of the API': api.process.lines.join('\n'), 'log of the worker': worker.lines.join('\n') };
    const metrics = { 'metrics of the API': ofApi.text, 'metrics of the worker': ofWorker.text };
    return { ...logs, ...metrics, redis, postgres, board, answers: answers.join('\n') };
  };

  test('when a job waits for one, then it goes on as soon as one is added that works', async () => {
    const { id } = await caller.submit('parse?check=false', { target: { wall: SPECIAL_WALLS.user.screenName } });
    await waitFor(async () => Waiting.safeParse(await caller.job(id)).success, { timeoutMs: 10_000 });
    const added = Token.parse(await ask('POST', '/v1/vk-tokens', { token: vk.token, label: 'works', requestsPerSecond: 500 }));
    expect(await caller.end(id)).toMatchObject({ state: 'succeeded', attempts: 0 });
    await ask('DELETE', `/v1/vk-tokens/${added.id}`);
  });

  test('when it was added, probed, used and broken in every way, then it is nowhere to be seen, and the search would have found it', async () => {
    const simulator = createSimulatorClient(vk.url);
    const { id, fingerprint } = Token.parse(await ask('POST', '/v1/vk-tokens', { token: CANARY, label: LABEL, requestsPerSecond: 500 }));
    expect(await ask('POST', `/v1/vk-tokens/${id}:probe`)).toMatchObject({ probe: { verdict: 'invalid' } });
    await simulator.control({ do: 'addToken', token: CANARY, requestsPerSecond: 1_000 });
    expect(await ask('POST', `/v1/vk-tokens/${id}:probe`)).toMatchObject({ probe: { verdict: 'ready' }, token: { state: 'active' } });
    expect(await ask('POST', '/v1/vk-tokens', { token: CANARY, label: 'again' })).toMatchObject({ status: 409 });
    expect(await ask('POST', '/v1/vk-tokens', { token: `${CANARY} `, label: 'wrong' })).toMatchObject({ status: 400 });

    const good = await caller.submit('parse', { target: { wall: SPECIAL_WALLS.user.screenName }, labels: [LABEL] });
    expect(await caller.end(good.id)).toMatchObject({ state: 'succeeded' });
    const order = { target: { wall: 'nobody_is_here' }, maxAttempts: 1 };
    // Both ways to hear of it: VK is asked before the job is accepted, and by the job.
    expect(await ask('POST', '/v1/jobs/parse', order)).toMatchObject({ status: 422, code: 'TARGET_NOT_READABLE' });
    const nobody = await caller.submit('parse?check=false', order);
    await caller.end(nobody.id);
    for (const job of [good.id, nobody.id, ...(await breakAll(id))]) await tell(job);
    await ask('GET', '/v1/vk-tokens');

    const texts = await everything();
    expect(holdersOf(CANARY, texts)).toEqual([]);
    // Every place was searched where it could be: what is known to be there is found.
    const bare = good.id.replace('job_', '');
    const uuid = [bare.slice(0, 8), bare.slice(8, 12), bare.slice(12, 16), bare.slice(16, 20), bare.slice(20)].join('-');
    expect(holdersOf(fingerprint, texts)).toEqual(expect.arrayContaining(['log of the API', 'postgres', 'answers']));
    expect(holdersOf(uuid, texts)).toEqual(expect.arrayContaining(['redis', 'postgres']));
    expect(texts['board']).toContain(nobody.id);
    expect(texts['log of the worker']).toContain(good.id);
    for (const name of ['metrics of the API', 'metrics of the worker']) expect(texts[name]).toContain('otklik_');
    await stores.database.query(`UPDATE job SET labels = array_append(labels, $1) WHERE id = $2`, [`was ${CANARY}`, uuid]);
    expect(holdersOf(CANARY, { postgres: await allOfPostgres(stores.database) })).toEqual(['postgres']);
  });
});
