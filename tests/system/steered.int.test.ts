import { afterEach, describe, expect, test } from '@jest/globals';
import { describeWithRedis, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
const crawl = { target: { wall: screenName }, then: [{ type: 'analyze' }] };

const steered = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  const start = async (): Promise<ApiCaller> => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, simulator: { latencyMs: 150 } });
    return product.caller(await product.startApi());
  };
  const pages = async (): Promise<readonly string[]> =>
    (await product.vk.log())
      .filter(({ method, outcome }) => method === 'wall.getComments' && outcome === 'ok')
      .map(({ params }) => params['start_comment_id'] ?? 'first');

  test('when its worker is asked to stop, then a crawl gives its turn back at the next page and another worker goes on without repeating one', async () => {
    const caller = await start();
    const first = await product.startWorker('w1');
    const job = await caller.submit('parse', crawl);
    await waitFor(async () => (await pages()).length >= 3, { what: 'three pages' });
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await product.startWorker('w2');

    const jobs = await caller.pipelineEnd(job.id);
    expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    expect((await caller.attempts(job.id)).map(({ worker, end }) => [worker, end])).toEqual([
      ['w1', 'yielded'],
      ['w2', 'succeeded'],
    ]);
    expect(await caller.job(job.id)).toMatchObject({ starts: 2, attempts: 0 });
    const places = await pages();
    expect(places.length).toBe(new Set(places).size);
    expect(await findUnsettled(stores.database)).toEqual([]);
  });

  test('when the same order is retried after a cancel, then the new job goes on from the checkpoint, with its follow-ups', async () => {
    const caller = await start();
    await product.startWorker('w1');
    const job = await caller.submit('parse', crawl);
    await waitFor(async () => (await pages()).length >= 3, { what: 'three pages' });
    await caller.call('POST', `/v1/jobs/${job.id}:cancel`);
    await caller.end(job.id);
    const before = new Set(await pages());

    const again = await caller.call('POST', `/v1/jobs/${job.id}:retry`);
    expect(again).toMatchObject({ status: 202, body: { replayOf: job.id } });
    const jobs = await caller.pipelineEnd(job.id);
    expect(
      jobs
        .filter(({ state }) => state === 'succeeded')
        .map(({ type }) => type)
        .toSorted(),
    ).toEqual(['analyze', 'parse']);
    const places = await pages();
    expect(places.length - new Set(places).size).toBeLessThanOrEqual(1);
    expect(before.size).toBeGreaterThanOrEqual(3);
    expect((await storedIds(stores.database, 'test', ownerId)).length).toBe(1_240);
  });
};

describeWithRedis('steered from outside, with the queue on Redis', () => steered('redis'));
describe('steered from outside, with the queue on PostgreSQL', () => steered('postgres'));
