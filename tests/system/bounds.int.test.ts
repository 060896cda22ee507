import { afterEach, describe, expect, test } from '@jest/globals';
import { describeWithRedis, waitFor } from '@otklik/testing';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled } from './testing/invariant.ts';
import { WELL_BEHAVED } from './testing/misbehaving-processors.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const misbehaving = { target: { wall: 'empty' }, maxAttempts: 1 };
const neighbour = { target: { wall: 'empty' }, labels: [WELL_BEHAVED] };

const bounded = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  const start = async (): Promise<void> => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace: 'quick' });
    caller = await product.caller(await product.startApi());
  };

  test('when work ignores its signal, then its attempt ends after the grace, its slot is free for others, and a process that it does not come back to ends itself', async () => {
    await start();
    const worker = await product.startWorker('w1', {
      WORKER_CONCURRENCY: '1',
      OPERATIONS_PORT: '0',
      OTKLIK_TEST_PROCESSORS: 'stubborn',
    });
    const stubborn = await caller.submit('parse', { ...misbehaving, timeoutMs: 1_000 });
    await waitFor(async () => (await caller.job(stubborn.id)).state === 'running', { what: 'the work to begin' });
    const next = await caller.submit('parse', neighbour);

    expect(await caller.end(stubborn.id)).toMatchObject({ state: 'timed_out', starts: 1, error: { code: 'JOB_TIMEOUT' } });
    const { value } = await scrape(operationsOf(worker));
    expect([value('otklik_attempts_abandoned_total', ['type="parse"']), value('otklik_attempts_abandoned')]).toEqual([1, 1]);
    expect(await caller.end(next.id)).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(await findUnsettled(stores.database)).toEqual([]);
  });
};

describeWithRedis('a worker that is given work without bounds, with the queue on Redis', () => bounded('redis'));
describe('a worker that is given work without bounds, with the queue on PostgreSQL', () => bounded('postgres'));
