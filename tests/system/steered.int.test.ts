import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type RunningProcess, waitFor } from '@otklik/testing';
import { type LogEntry, tailWall } from '@otklik/vk-simulator';
import { describeOnEngines } from './testing/describe-on-engines.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';
import { repeatedRequests } from './testing/repeated-requests.ts';

const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_001, posts: 450 });
const crawl = { target: { wall: WALL.screenName }, then: [{ type: 'analyze' }] };
/** Requests that a collector has on its way at once. */
const ONE_BATCH = 8;

const steered = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  let first: RunningProcess;
  /** Requests that VK saw before the test. */
  let seenBefore: number;
  beforeAll(async () => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace: 'quick', simulator: { latencyMs: 300, walls: [WALL] } });
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

  const asked = async (): Promise<readonly LogEntry[]> => (await product.vk.log()).slice(seenBefore);
  const batches = async (): Promise<number> => (await asked()).filter(({ method }) => method === 'execute').length;
  const hurry = () => product.vk.control({ do: 'latency', ms: 0 });

  test('when the same order is retried after a cancel, then the new job goes on from the checkpoint, with its follow-ups', async () => {
    const caller = await product.caller(api, 'retried');
    const job = await caller.submit('parse', crawl);
    await waitFor(async () => (await batches()) >= 3, { what: 'three batches' });
    await caller.call('POST', `/v1/jobs/${job.id}:cancel`);
    await caller.end(job.id);
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
    expect(repeatedRequests(await asked()).length).toBeLessThanOrEqual(ONE_BATCH);
    expect(await batches()).toBeGreaterThan(10);
    const { comments } = await product.vk.counts(WALL.ownerId);
    expect((await storedIds(stores.database, 'retried', WALL.ownerId)).length).toBe(comments);
  });

  test('when its worker is asked to stop, then a crawl gives its turn back when what is on its way is stored, and another worker goes on without repeating a request', async () => {
    const caller = await product.caller(api, 'stopped');
    const job = await caller.submit('parse', crawl);
    await waitFor(async () => (await batches()) >= 3, { what: 'three batches' });
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
    expect(repeatedRequests(await asked())).toEqual([]);
    expect(await findUnsettled(stores.database)).toEqual([]);
  });
};

describeOnEngines('steered from outside', steered);
