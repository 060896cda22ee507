import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type RunningProcess, describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { type LogEntry, tailWall } from '@otklik/vk-simulator';
import { findLeaks, findUnsettled, storedIds } from './testing/invariant.ts';
import { lostOnce } from './testing/lost-once.ts';
import { type ProductUnderTest, type RunningApi, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';
import { repeatedRequests } from './testing/repeated-requests.ts';

const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_003, posts: 450 });
const ORDER = { target: { wall: WALL.screenName } };
/** Requests that a collector has on its way at once: what a kill may cost. */
const ONE_BATCH = 8;
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
    product = await startProduct({ ...stores, pace, simulator: { latencyMs: 300, walls: [WALL] } });
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

  const asked = async (): Promise<readonly LogEntry[]> => (await product.vk.log()).slice(seenBefore);
  const batches = async (): Promise<number> => (await asked()).filter(({ method }) => method === 'execute').length;

  test('fault 1: when the worker is killed in the middle of a crawl, then another one goes on: nothing lost, nothing twice, no more asked again than what was on its way', async () => {
    for (const name of ['w1', 'w2']) workers.set(name, await product.startWorker(name));
    const caller = await product.caller(api, 'killed');
    const job = await caller.submit('parse', ORDER);

    await waitFor(async () => (await batches()) >= 3, { timeoutMs: 30_000, what: 'three batches' });
    const [attempt] = await caller.attempts(job.id);
    await waitFor(async () => (await caller.log(job.id)).length > 0, { what: 'the first lines of its log' });
    const saidBefore = await caller.log(job.id);
    await workers.get(attempt?.worker ?? '')?.kill('SIGKILL');
    await product.vk.control({ do: 'latency', ms: 0 });

    const ended = await caller.end(job.id, 60_000);
    const { comments } = await product.vk.truth(WALL.ownerId);
    const all = comments.length;
    const ends = (await caller.attempts(job.id)).map(({ end }) => end);
    expect(ends).toEqual(lostOnce(ends));
    const result = { comments: all, newComments: all, missing: 0 };
    expect(ended).toMatchObject({ state: 'succeeded', starts: ends.length, attempts: 0, result });
    await waitFor(async () => (await caller.log(job.id)).at(-1)?.message === 'attempt succeeded', { what: 'the end of its log' });
    const said = await caller.log(job.id);
    expect(said.slice(0, saidBefore.length)).toEqual(saidBefore);
    expect(said.map(({ seq }) => seq)).toEqual(said.map(({ seq }) => seq).toSorted((a, b) => a - b));
    expect([...new Set(said.map((line) => line.attempt))]).toEqual(ends.map((_, index) => index + 1));
    const truth = idsOf(comments);
    expect(await findLeaks(stores.database, [product.vkToken, ...new Set(comments.map(({ text }) => text))])).toEqual([]);
    expect(await storedIds(stores.database, 'killed', WALL.ownerId)).toEqual(truth);
    expect(await batches()).toBeGreaterThan(10);
    expect(repeatedRequests(await asked()).length).toBeLessThanOrEqual(ONE_BATCH);
    expect(await findUnsettled(stores.database)).toEqual([]);
  });

  test('fault 4: when the queue forgets everything, then whatever ran, waited or was to come later runs on, and its effects are there once', async () => {
    workers.set('w1', await product.startWorker('w1', { WORKER_CONCURRENCY: '2' }));
    const caller = await product.caller(api, 'forgotten');
    const order = { target: { wall: 'empty' }, then: [{ type: 'analyze' }] };
    // A full batch takes long, the few calls of an empty wall don't.
    await product.vk.control({ do: 'latency', ms: 30, perInnerCallMs: 150 });
    const crawl = await caller.submit('parse', { ...ORDER, priority: 'high' });
    await waitFor(async () => (await batches()) >= 2, { timeoutMs: 30_000, what: 'a crawl in the middle' });
    const ids: string[] = [crawl.id];
    const soon = new Date(Date.now() + 4_000).toISOString();
    for (let index = 0; index < 2; index += 1) ids.push((await caller.submit('parse', { ...order, runAt: soon })).id);
    for (let index = 0; index < 20; index += 1) ids.push((await caller.submit('parse', order)).id);
    await waitFor(async () => (await caller.jobs('state=succeeded&type=parse&limit=200')).length >= 2, { what: 'two finished jobs' });
    expect(await caller.job(crawl.id)).toMatchObject({ state: 'running' });
    await stores.loseQueue();
    await product.vk.control({ do: 'latency', ms: 30 });

    for (const id of ids) {
      if (id === crawl.id) continue;
      const jobs = await caller.pipelineEnd(id, 90_000);
      expect(jobs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    }
    // A lock that the queue forgot is a lost lock: the crawl gives its turn back when what is on its way is stored, and goes on from there.
    const truth = idsOf((await product.vk.truth(WALL.ownerId)).comments);
    expect(await caller.end(crawl.id, 90_000)).toMatchObject({ state: 'succeeded', attempts: 0, result: { comments: truth.length } });
    expect(await storedIds(stores.database, 'forgotten', WALL.ownerId)).toEqual(truth);
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 120_000);
};

/** As `storedIds` has them. */
const idsOf = (comments: readonly { readonly id: number }[]): readonly string[] =>
  comments
    .map(({ id }) => id)
    .toSorted((a, b) => a - b)
    .map(String);

describeWithRedis('with the queue on Redis', () => survives('redis'));
describe('with the queue on PostgreSQL', () => survives('postgres'));
