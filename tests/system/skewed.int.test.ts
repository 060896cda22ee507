import { afterEach, describe, expect, test } from '@jest/globals';
import { describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { Job } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
const HOUR_MS = 3_600_000;
const skewed = (hours: number): Readonly<Record<string, string>> => ({
  NODE_OPTIONS: `--import ${new URL('testing/skew.mjs', import.meta.url).pathname}`,
  SKEW_MS: String(hours * HOUR_MS),
});

/**
 * BullMQ on PostgreSQL measures locks by the clock of each worker: a worker whose clock is ahead takes deliveries from the
 * living. The rows do not believe it: the attempt that lost its delivery gives its turn back, and nothing is spent.
 */
const isPatient = (engine: Engine): boolean => engine === 'redis';

const keepsTime = (engine: Engine): void => {
  const once = { state: 'succeeded', attempts: 0, ...(isPatient(engine) && { starts: 1 }) };
  let stores: QueueStores;
  let product: ProductUnderTest;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  test('fault 25: when the clocks of two workers are an hour off, in both directions, then nothing is lost, taken from the living, begun too early, or ended before its time', async () => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace: 'quick', simulator: { latencyMs: 100 } });
    const [api] = await Promise.all([
      product.startApi(),
      product.startWorker('early', { ...skewed(-1), WORKER_CONCURRENCY: '4' }),
      product.startWorker('late', { ...skewed(1), WORKER_CONCURRENCY: '4' }),
    ]);
    const caller = await product.caller(api);
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const crawl = await caller.submit('parse', { target: { wall: screenName } });
    const many: Job[] = [];
    for (let made = 0; made < 12; made += 1) many.push(await caller.submit('parse', { target: { wall: 'empty' } }));
    const patient = await caller.submit('parse', { target: { wall: 'empty' }, expiresAt: at(HOUR_MS / 2), deadlineAt: at(HOUR_MS / 2) });
    const later = await caller.submit('parse', { target: { wall: 'empty' }, runAt: at(HOUR_MS / 2) });
    const soon = await caller.submit('parse', { target: { wall: 'empty' }, runAt: at(1_500) });

    expect(await caller.end(crawl.id)).toMatchObject({ ...once, result: { comments: 1_240 } });
    for (const { id } of [...many, patient, soon]) expect(await caller.end(id)).toMatchObject(once);
    const ended = await caller.job(soon.id);
    expect(Date.parse(ended.startedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(soon.runAt));
    const workers = new Set((await Promise.all(many.map(({ id }) => caller.attempts(id)))).flat().map(({ worker }) => worker));
    expect(workers).toEqual(new Set(['early', 'late']));
    expect(await caller.job(later.id)).toMatchObject({ state: 'queued', starts: 0 });
    await caller.call('POST', `/v1/jobs/${later.id}:cancel`);
    expect(await storedIds(stores.database, 'test', ownerId)).toEqual(
      (await product.vk.truth(ownerId)).comments.map(({ id }) => String(id)),
    );
    await waitFor(async () => (await findUnsettled(stores.database)).length === 0, { what: 'everything at rest' });
  });
};

describeWithRedis('with the queue on Redis', () => keepsTime('redis'));
if (isDeepRun()) describe('with the queue on PostgreSQL', () => keepsTime('postgres'));
