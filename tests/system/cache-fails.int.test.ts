import { afterEach, expect, test } from '@jest/globals';
import { type PrivateRedis, type RunningProcess, describeWithRedis, startPrivateRedis, waitFor } from '@otklik/testing';
import type { ApiCaller } from './testing/api-caller.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

let stores: QueueStores;
let cacheRedis: PrivateRedis;
let product: ProductUnderTest;
afterEach(async () => {
  await product.stop();
  await stores.close();
  await cacheRedis.stop();
});

const start = async () => {
  stores = await openStores('redis');
  cacheRedis = await startPrivateRedis();
  product = await startProduct(stores);
  const env = { CACHE_URL: cacheRedis.url, OPERATIONS_PORT: '0' };
  const api = await product.startApi(env);
  const worker = await product.startWorker('w1', env);
  return { api: api.process, worker, caller: await product.caller(api) };
};

const collect = async (caller: ApiCaller, wall: string): Promise<void> => {
  const { id } = await caller.submit('parse', { target: { wall } });
  expect(await caller.end(id)).toMatchObject({ state: 'succeeded', starts: 1 });
};

const askedOfRedis = async (process: RunningProcess, result: string, kind?: string): Promise<number> => {
  const labels = ['tier="redis"', `result="${result}"`, ...(kind === undefined ? [] : [`kind="${kind}"`])];
  return (await scrape(operationsOf(process))).value('otklik_cache_requests_total', labels);
};
const isOpen = async (process: RunningProcess): Promise<boolean> =>
  (await scrape(operationsOf(process))).value('otklik_cache_breaker_state', ['state="closed"']) === 0;

const OUTAGE = ['cache unreachable, values are loaded without it', 'cache reachable again'];
const toldOf = (process: RunningProcess): readonly unknown[] =>
  process.logs().flatMap(({ message }) => (OUTAGE.includes(String(message)) ? [message] : []));

describeWithRedis('when the Redis of the cache freezes', () => {
  test('then callers and jobs do not notice it, metrics and one line do, and it is used again when it is back', async () => {
    const { api, worker, caller } = await start();
    // On a busy machine a Redis that is well may be too late, too; it is in time for the next wall then.
    const walls = ['empty', 'traps', '-1000006', 'pages'];
    const collectUntilAsked = async (): Promise<void> => {
      const before = await askedOfRedis(worker, 'miss');
      for (let wall = walls.shift(); wall !== undefined; wall = walls.shift()) {
        await collect(caller, wall);
        if ((await askedOfRedis(worker, 'miss')) > before) return;
      }
      throw new Error('The Redis of the cache is not asked.');
    };
    await collectUntilAsked();

    /** Of the worker in all; of the API: walls before their jobs are accepted, queues, and in all. */
    const errors = (): Promise<readonly number[]> =>
      Promise.all([askedOfRedis(worker, 'error'), ...['walls', 'queues', undefined].map((kind) => askedOfRedis(api, 'error', kind))]);
    const inTime = await errors();
    cacheRedis.freeze();
    // Other walls: one that is in memory would not be asked for.
    for (const wall of ['-1000007', 'no_comments', 'user_wall']) await collect(caller, wall);
    const answers = [await caller.call('GET', '/v1/queues'), await caller.call('GET', '/v1/workers')];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect((await errors()).map((count, index) => count - (inTime[index] ?? 0))).toEqual([3, 3, 1, 4]);
    expect([await isOpen(worker), await isOpen(api)]).toEqual([true, true]);
    expect(toldOf(worker)).toEqual(OUTAGE.slice(0, 1));

    cacheRedis.thaw();
    await waitFor(async () => !(await isOpen(worker)));
    expect(toldOf(worker)).toEqual(OUTAGE);
    await collectUntilAsked();
  });
});
