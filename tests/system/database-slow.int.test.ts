import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type RunningProcess, type TcpProxy, describeWithRedis, startTcpProxy, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type Scrape, operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
const ENV = { OPERATIONS_PORT: '0', DATABASE_POOL_MAX: '2', DATABASE_SLOW_MS: '100' };
/** It would be found in any value that is logged or counted. */
const CANARY = 'canary-7d1f';

describeWithRedis('when the database is slow', () => {
  let stores: QueueStores;
  let proxy: TcpProxy;
  let product: ProductUnderTest;
  let api: RunningApi;
  let worker: RunningProcess;
  let caller: ApiCaller;
  beforeAll(async () => {
    stores = await openStores('redis');
    proxy = await startTcpProxy({ port: Number(new URL(stores.databaseUrl).port) });
    product = await startProduct({ ...stores, databaseUrl: proxy.through(stores.databaseUrl), simulator: { latencyMs: 50 } });
    [api, worker] = [await product.startApi(ENV), await product.startWorker('w1', ENV)];
    caller = await product.caller(api);
  });
  afterAll(async () => {
    proxy.latency(0);
    await product.stop();
    await proxy.close();
    await stores.close();
  });

  const seenBy = (process: RunningProcess): Promise<Scrape> => scrape(operationsOf(process));
  const slowLines = (process: RunningProcess): readonly Readonly<Record<string, unknown>>[] =>
    process.logs().filter(({ message }) => message === 'a statement was slow');
  const submit = (): Promise<Response> =>
    fetch(`${api.url}/v1/jobs/parse`, {
      method: 'POST',
      headers: { authorization: `Bearer ${caller.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ target: { wall: 'empty' }, labels: [CANARY] }),
    });

  test('but answers in time, then callers and jobs get what they want, later; metrics and log tell where the time goes', async () => {
    // Connections are open by then: it is the answers that are slow.
    expect(await (await submit()).text()).toContain(CANARY);
    proxy.latency(55);
    const job = await caller.submit('parse', { target: { wall: 'empty' }, labels: [CANARY] });
    expect(await caller.end(job.id)).toMatchObject({ state: 'succeeded', starts: 1, attempts: 0 });
    proxy.latency(0);

    for (const process of [api.process, worker]) {
      const seen = await seenBy(process);
      const slow = seen.value('otklik_db_slow_statements_total', ['pool="requests"']);
      expect(slow).toBeGreaterThan(0);
      const count = seen.value('otklik_db_statement_duration_seconds_count', ['pool="requests"']);
      const quick = seen.value('otklik_db_statement_duration_seconds_bucket', ['pool="requests"', 'le="0.1"']);
      expect(count - quick).toBe(slow);
      expect(slowLines(process)).toContainEqual(
        expect.objectContaining({
          level: 'warn',
          pool: 'requests',
          fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
          statement: expect.stringMatching(/^[A-Z]+ [a-z_]+$/),
          ms: expect.any(Number),
        }),
      );
      expect(seen.text + JSON.stringify(slowLines(process))).not.toContain(CANARY);
      expect(JSON.stringify(slowLines(process))).not.toMatch(/normalized|SELECT .* FROM/);
    }
  }, 60_000);

  test('and does not answer in time, then callers hear that soon, and jobs wait and lose nothing', async () => {
    const crawl = await caller.submit('parse', { target: { wall: screenName } });
    await waitFor(async () => (await product.vk.log()).filter(({ method }) => method === 'wall.getComments').length >= 2);
    proxy.latency(2_000);
    const startedAt = performance.now();
    const asked = Promise.all(Array.from({ length: 12 }, submit));
    await waitFor(async () => (await seenBy(api.process)).value('otklik_db_pool_waiting', ['pool="requests"']) > 0, {
      what: 'callers that wait for a connection',
    });
    const answers = await asked;
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    for (const answer of answers) {
      expect([answer.status, await answer.json()]).toEqual([
        503,
        expect.objectContaining({ code: expect.stringMatching(/^(DB_UNAVAILABLE|DB_TIMEOUT|SERVICE_UNAVAILABLE)$/) }),
      ]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    await waitFor(() => slowLines(worker).some(({ ms }) => Number(ms) >= 2_000), {
      timeoutMs: 30_000,
      what: 'a slow statement of the job',
    });
    const during = await seenBy(api.process);
    expect(during.value('otklik_db_errors_total', ['pool="requests"', 'code="DB_UNAVAILABLE"'])).toBeGreaterThan(0);
    expect(during.value('otklik_db_pool_max', ['pool="requests"'])).toBe(2);
    proxy.latency(0);

    expect(await caller.end(crawl.id)).toMatchObject({ state: 'succeeded' });
    expect(await storedIds(stores.database, 'test', ownerId)).toHaveLength(1_240);
    // Also those that were committed while their answer did not come in time.
    await waitFor(async () => (await findUnsettled(stores.database)).length === 0, { timeoutMs: 60_000 });
    expect((await caller.call('POST', '/v1/jobs/parse', { target: { wall: 'empty' } })).status).toBe(202);
  }, 120_000);
});
