import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type PrivateServer, describeWithRedis, openSession, startPrivatePostgres, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { findUnsettled } from './testing/invariant.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
const TIMEOUT_MS = 4_000;

describeWithRedis('when PostgreSQL freezes under attempts', () => {
  let stores: QueueStores;
  let postgres: PrivateServer;
  let product: ProductUnderTest;
  beforeEach(async () => {
    [stores, postgres] = await Promise.all([openStores('redis'), startPrivatePostgres()]);
    const { queueUrl, queuePrefix } = stores;
    const databaseUrl = postgres.url;
    product = await startProduct({ databaseUrl, queueUrl, ...(queuePrefix && { queuePrefix }), simulator: { latencyMs: 150 } });
  });
  afterEach(async () => {
    postgres.thaw();
    await product.stop();
    await postgres.stop();
    await stores.close();
  });

  test('then their timeouts end them, whatever they wait for, nothing is abandoned, and once it thaws they go on', async () => {
    const caller = await product.caller(await product.startApi());
    const worker = await product.startWorker('w1', { OPERATIONS_PORT: '0' });
    const limits = { timeoutMs: TIMEOUT_MS, maxAttempts: 5 };
    const blocker = await openSession(postgres.url);
    await blocker.run('BEGIN; LOCK TABLE comment_analysis IN ACCESS EXCLUSIVE MODE');
    const jobs = [
      await caller.submit('parse', { ...limits, target: { wall: screenName } }),
      await caller.submit('analyze', { ...limits, scope: { walls: [String(ownerId)] } }),
      await caller.submit('export', { ...limits, scope: { walls: [String(ownerId)] }, format: 'csv' }),
    ];
    await waitFor(async () => (await product.vk.log()).filter(({ method }) => method === 'wall.getComments').length >= 3);
    for (const { id } of jobs) expect(await caller.job(id)).toMatchObject({ state: 'running' });

    postgres.freeze();
    const frozenAt = performance.now();
    const calls = await product.vk.log();
    // Their limits, the grace of work that ignores its signal, and some.
    await waitFor(() => performance.now() - frozenAt > TIMEOUT_MS + 14_000, { timeoutMs: 30_000 });
    expect((await scrape(operationsOf(worker))).value('otklik_attempts_abandoned_total')).toBe(0);
    // The page that was on its way, and no other.
    expect((await product.vk.log()).length).toBeLessThanOrEqual(calls.length + 1);
    postgres.thaw();
    await blocker.end();

    for (const { id } of jobs) {
      expect(await caller.end(id, 120_000)).toMatchObject({ state: 'succeeded' });
      const ends = (await caller.attempts(id)).map(({ end }) => end);
      expect(ends[0]).toBe('timed_out');
      expect(ends).not.toContain('failed');
    }
    expect(await caller.job(jobs[0]?.id ?? '')).toMatchObject({ result: { comments: 1_240, missing: 0 } });
    const session = await openSession(postgres.url);
    await waitFor(async () => (await findUnsettled({ query: (text) => session.read(text) })).length === 0, { timeoutMs: 30_000 });
    await session.end();
    expect((await scrape(operationsOf(worker))).value('otklik_attempts_abandoned_total')).toBe(0);
  });
});
