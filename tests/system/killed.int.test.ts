import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningProcess, describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { findLeaks, findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;
/** The long run tries the times of production. */
const pace = isDeepRun() ? 'production' : 'quick';

const survives = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let api: RunningApi;
  const workers = new Map<string, RunningProcess>();
  let seenBefore = 0;
  beforeAll(async () => {
    stores = await openStores(engine, { isPrivate: true });
    product = await startProduct({ ...stores, pace, simulator: { latencyMs: 150 } });
    api = await product.startApi();
  });
  afterEach(async () => {
    await Promise.all([...workers.values()].map((worker) => worker.kill('SIGTERM')));
    workers.clear();
    await product.vk.control({ do: 'resetRules' });
    seenBefore = (await product.vk.log()).length;
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
  });

  const commentPages = async () =>
    (await product.vk.log()).slice(seenBefore).filter(({ method, outcome }) => method === 'wall.getComments' && outcome === 'ok');

  test('fault 1: when the worker is killed in the middle of a crawl, then another one goes on: nothing lost, nothing twice, one page asked again at most', async () => {
    for (const name of ['w1', 'w2']) workers.set(name, await product.startWorker(name));
    const caller = await product.caller(api, 'killed');
    const job = await caller.submit('parse', { target: { wall: screenName } });

    await waitFor(async () => (await commentPages()).length >= 3, { timeoutMs: 30_000, what: 'three pages' });
    const [attempt] = await caller.attempts(job.id);
    await waitFor(async () => (await caller.log(job.id)).length > 0, { what: 'the first lines of its log' });
    const saidBefore = await caller.log(job.id);
    await workers.get(attempt?.worker ?? '')?.kill('SIGKILL');
    await product.vk.control({ do: 'latency', ms: 0 });

    const ended = await caller.end(job.id, 60_000);
    expect(ended).toMatchObject({
      state: 'succeeded',
      starts: 2,
      attempts: 0,
      result: { comments: 1_240, newComments: 1_240, missing: 0 },
    });
    expect((await caller.attempts(job.id)).map(({ end }) => end)).toEqual(['lost', 'succeeded']);
    await waitFor(async () => (await caller.log(job.id)).at(-1)?.message === 'attempt succeeded', { what: 'the end of its log' });
    const said = await caller.log(job.id);
    expect(said.slice(0, saidBefore.length)).toEqual(saidBefore);
    expect(said.map(({ seq }) => seq)).toEqual(said.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect([...new Set(said.map((line) => line.attempt))]).toEqual([1, 2]);
    const { comments } = await product.vk.truth(ownerId);
    const truth = comments.map(({ id }) => String(id));
    expect(await findLeaks(stores.database, [product.vkToken, ...comments.map(({ text }) => text)])).toEqual([]);
    expect(await storedIds(stores.database, 'killed', ownerId)).toEqual(truth);
    const places = (await commentPages()).map(({ params }) => params['start_comment_id'] ?? 'first');
    expect(new Set(places).size).toBeGreaterThanOrEqual(10);
    expect(places.length - new Set(places).size).toBeLessThanOrEqual(1);
    expect(await findUnsettled(stores.database)).toEqual([]);
  });

  test('fault 4: when the queue forgets everything, then whatever ran, waited or was to come later runs on, and its effects are there once', async () => {
    workers.set('w1', await product.startWorker('w1', { WORKER_CONCURRENCY: '2' }));
    const caller = await product.caller(api, 'forgotten');
    const order = { target: { wall: 'empty' }, then: [{ type: 'analyze' }] };
    const crawl = await caller.submit('parse', { target: { wall: screenName }, priority: 'high' });
    await waitFor(async () => (await commentPages()).length >= 2, { timeoutMs: 30_000, what: 'a crawl in the middle' });
    const ids: string[] = [crawl.id];
    const soon = new Date(Date.now() + 4_000).toISOString();
    for (let index = 0; index < 2; index += 1) ids.push((await caller.submit('parse', { ...order, runAt: soon })).id);
    for (let index = 0; index < 20; index += 1) ids.push((await caller.submit('parse', order)).id);
    await waitFor(async () => (await caller.jobs('state=succeeded&type=parse&limit=200')).length >= 2, { what: 'two finished jobs' });
    await stores.loseQueue();
    await product.vk.control({ do: 'latency', ms: 30 });

    for (const id of ids) {
      if (id === crawl.id) continue;
      const jobs = await caller.pipelineEnd(id, 90_000);
      expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    }
    // A lock that the queue forgot is a lost lock: the crawl gives its turn back at the next page, and goes on from there.
    expect(await caller.end(crawl.id, 90_000)).toMatchObject({ state: 'succeeded', attempts: 0, result: { comments: 1_240 } });
    const truth = (await product.vk.truth(ownerId)).comments.map(({ id }) => String(id));
    expect(await storedIds(stores.database, 'forgotten', ownerId)).toEqual(truth);
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 120_000);
};

describeWithRedis('with the queue on Redis', () => survives('redis'));
describe('with the queue on PostgreSQL', () => survives('postgres'));
