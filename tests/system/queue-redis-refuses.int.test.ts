import { afterEach, expect, test } from '@jest/globals';
import {
  type PrivateRedis,
  type RunningProcess,
  type TestDatabase,
  askRedis,
  createTestDatabase,
  describeWithRedis,
  startPrivateRedis,
  waitFor,
} from '@otklik/testing';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled } from './testing/invariant.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';

const order = { target: { wall: 'empty' } };

describeWithRedis(
  "when the queue's Redis takes nothing any more, then jobs are accepted, wait where operators see it, and run when it is over",
  () => {
    let database: TestDatabase;
    let redis: PrivateRedis;
    let product: ProductUnderTest;
    let api: RunningApi;
    let worker: RunningProcess;
    let caller: ApiCaller;
    const start = async (): Promise<void> => {
      database = await createTestDatabase();
      redis = await startPrivateRedis();
      product = await startProduct({ databaseUrl: database.url, queueUrl: redis.url });
      api = await product.startApi();
      worker = await product.startWorker('w1');
      caller = await product.caller(api);
      expect(await caller.end((await caller.submit('parse', order)).id)).toMatchObject({ state: 'succeeded' });
    };
    afterEach(async () => {
      await product.stop();
      await redis.stop();
      await database.drop();
    });

    const series = async (name: string): Promise<number> => {
      const { body } = await caller.call('GET', '/metrics');
      const found = new RegExp(`^${name.replaceAll(/[{}]/g, String.raw`\$&`)} (\\S+)$`, 'm').exec(String(body));
      return Number(found?.[1] ?? Number.NaN);
    };
    const WAITING = 'otklik_queue_jobs{type="parse",priority="normal",state="waiting"}';
    const OLDEST = 'otklik_queue_oldest_waiting_seconds{type="parse",priority="normal"}';
    /** How often the dispatcher of each process told of it: which one takes a job to the queue, and so finds out, is chance. */
    const told = (message: RegExp): readonly number[] =>
      [api.process, worker].map(
        (process) => process.logs().filter((line) => line['loop'] === 'dispatcher' && message.test(String(line['message']))).length,
      );

    /** Three jobs during the fault: 202, visible as a backlog that gets older, told once in the log; and all run after it. */
    const expectHeld = async (): Promise<readonly string[]> => {
      const ids: string[] = [];
      for (let made = 0; made < 3; made += 1) ids.push((await caller.submit('parse', order)).id);
      await waitFor(async () => (await series(WAITING)) === 3 && (await series(OLDEST)) > 1, { what: 'the backlog to be seen' });
      await waitFor(() => Math.max(...told(/^background loop failed/)) === 1, { what: 'one line that tells of it' });
      for (const id of ids) expect(await caller.job(id)).toMatchObject({ state: 'queued', starts: 0 });
      return ids;
    };
    const expectRun = async (ids: readonly string[]): Promise<void> => {
      for (const id of ids) expect(await caller.end(id)).toMatchObject({ state: 'succeeded', starts: 1 });
      await waitFor(() => String(told(/^background loop recovered/)) === String(told(/^background loop failed/)), {
        what: 'one line that tells of the recovery',
      });
      expect(Math.max(...told(/^background loop failed/))).toBe(1);
      expect(await series(WAITING)).toBe(0);
      expect(await findUnsettled(database)).toEqual([]);
    };

    test('fault 5: out of memory', async () => {
      await start();
      await askRedis(redis.url, ['CONFIG', 'SET', 'maxmemory', '1mb']);
      const ids = await expectHeld();
      // It answers, only not to writes: what is wrong is the memory.
      expect(await series('otklik_queue_store_up')).toBe(1);
      expect(await series('otklik_queue_store_memory_max_bytes')).toBe(1_048_576);
      expect(await series('otklik_queue_store_memory_bytes')).toBeGreaterThan(1_048_576);
      expect(await series('otklik_queue_store_noeviction')).toBe(1);
      await askRedis(redis.url, ['CONFIG', 'SET', 'maxmemory', '0']);
      await expectRun(ids);
    }, 60_000);

    test('fault 6: read-only, as after a failover', async () => {
      await start();
      await askRedis(redis.url, ['REPLICAOF', '127.0.0.1', '1']);
      const ids = await expectHeld();
      await askRedis(redis.url, ['REPLICAOF', 'NO', 'ONE']);
      await expectRun(ids);
    }, 60_000);

    test('set to throw keys away while it runs: metrics, /health and the log say so, until it is set back', async () => {
      await start();
      await askRedis(redis.url, ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru']);
      expect(await series('otklik_queue_store_noeviction')).toBe(0);
      expect(await caller.call('GET', '/health')).toMatchObject({
        status: 200,
        body: { status: 'degraded', dependencies: { queue: { status: 'degraded', detail: expect.stringContaining('noeviction') } } },
      });
      await askRedis(redis.url, ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction']);
      expect(await series('otklik_queue_store_noeviction')).toBe(1);
      expect(api.process.logs().filter(({ message }) => /throw jobs away/.test(String(message))).length).toBe(1);
    }, 60_000);
  },
);
