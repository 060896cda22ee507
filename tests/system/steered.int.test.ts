import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunningProcess, describeWithRedis, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
const crawl = { target: { wall: screenName }, then: [{ type: 'analyze' }] };

const steered = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  let first: RunningProcess;
  /** Requests that VK saw before the test. */
  let seenBefore: number;
  beforeAll(async () => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace: 'quick', simulator: { latencyMs: 100 } });
    api = await product.startApi();
    first = await product.startWorker('w1');
  });
  beforeEach(async () => {
    seenBefore = (await product.vk.log()).length;
    await product.vk.control({ do: 'resetRules' });
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
  });

  const pages = async (): Promise<readonly string[]> =>
    (await product.vk.log())
      .slice(seenBefore)
      .filter(({ method, outcome }) => method === 'wall.getComments' && outcome === 'ok')
      .map(({ params }) => params['start_comment_id'] ?? 'first');
  const hurry = () => product.vk.control({ do: 'latency', ms: 0 });

  test('when the same order is retried after a cancel, then the new job goes on from the checkpoint, with its follow-ups', async () => {
    const caller = await product.caller(api, 'retried');
    const job = await caller.submit('parse', crawl);
    await waitFor(async () => (await pages()).length >= 3, { what: 'three pages' });
    await caller.call('POST', `/v1/jobs/${job.id}:cancel`);
    await caller.end(job.id);
    const before = new Set(await pages());
    await hurry();

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
    expect((await storedIds(stores.database, 'retried', ownerId)).length).toBe(1_240);
  });

  test('when its worker is asked to stop, then a crawl gives its turn back at the next page and another worker goes on without repeating one', async () => {
    const caller = await product.caller(api, 'stopped');
    const job = await caller.submit('parse', crawl);
    await waitFor(async () => (await pages()).length >= 3, { what: 'three pages' });
    expect(await first.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await hurry();
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
};

describeWithRedis('steered from outside, with the queue on Redis', () => steered('redis'));
describe('steered from outside, with the queue on PostgreSQL', () => steered('postgres'));
