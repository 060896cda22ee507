import { afterEach, expect, test } from '@jest/globals';
import { type PrivateServer, deep, describeWithRedis, isDeepRun, startPrivatePostgres, startPrivateRedis, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';

/** Of running attempts; in the deep run as by default. */
const GRACE_MS = deep(100, 20_000);
/** What an orchestrator waits by default before it kills. */
const LIMIT_MS = 30_000;

describeWithRedis('when a worker is told to stop while its stores are frozen, then it ends by itself, in time and with code 0', () => {
  let postgres: PrivateServer;
  let redis: PrivateServer;
  let product: ProductUnderTest;
  afterEach(async () => {
    for (const store of [postgres, redis]) store.thaw();
    await product.stop();
    await redis.stop();
    await postgres.stop();
  });

  test.each(isDeepRun() ? ['postgres', 'redis', 'both'] : ['both'])(
    '%s',
    async (which) => {
      [postgres, redis] = await Promise.all([startPrivatePostgres(), startPrivateRedis()]);
      const pace = isDeepRun() ? 'production' : 'quick';
      product = await startProduct({ databaseUrl: postgres.url, queueUrl: redis.url, pace, simulator: { latencyMs: 200 } });
      const caller = await product.caller(await product.startApi());
      const worker = await product.startWorker('w1', { SHUTDOWN_GRACE_MS: String(GRACE_MS) });
      const job = await waitFor(() => caller.submit('parse', { target: { wall: SPECIAL_WALLS.pages.screenName } }));
      await waitFor(async () => (await caller.job(job.id)).state === 'running', { what: 'the crawl to run' });
      if (which !== 'redis') postgres.freeze();
      if (which !== 'postgres') redis.freeze();
      const toldAt = performance.now();
      expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(performance.now() - toldAt).toBeLessThan(LIMIT_MS);
    },
    120_000,
  );
});
