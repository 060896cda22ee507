import { afterEach, expect, test } from '@jest/globals';
import { isDeepRun, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { Job } from './testing/api-caller.ts';
import { describeOnEngines } from './testing/describe-on-engines.ts';
import { findUnsettled } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

/** The long run tries the times of production. */
const pace = isDeepRun() ? 'production' : 'quick';
const crawl = { target: { wall: SPECIAL_WALLS.pages.screenName } };

const BEGUN_WHILE_PAUSED = `SELECT job_id FROM job_attempt, queue_pause WHERE started_at > paused_at`;
const STILL_IN_THE_QUEUE = `SELECT id FROM job WHERE state = 'queued' AND dispatched_at IS NOT NULL`;

const paused = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  test('when a queue is paused, then nothing begins in any process, what runs goes on, and after resuming all of it runs', async () => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace, simulator: { latencyMs: 100 } });
    const caller = await product.caller(await product.startApi());
    await Promise.all(['w1', 'w2'].map((name) => product.startWorker(name, { WORKER_CONCURRENCY: '1' })));
    const early: Job[] = [];
    for (let made = 0; made < 4; made += 1) early.push(await caller.submit('parse', crawl));
    const running = () => caller.jobs('state=running');
    await waitFor(async () => (await running()).length === 2, { what: 'two crawls to run' });

    expect(await caller.call('GET', '/v1/workers')).toMatchObject({
      body: { items: ['w1', 'w2'].map((name) => ({ name, state: 'alive', queues: [{ name: 'parse', concurrency: 1 }, {}, {}] })) },
    });
    expect(await caller.call('POST', '/v1/queues/parse:pause')).toMatchObject({ status: 200, body: { name: 'parse', paused: true } });
    const late = await caller.submit('parse', crawl);
    await waitFor(async () => (await running()).length === 0, { timeoutMs: 30_000, what: 'what runs to end' });
    expect(await caller.jobs('state=succeeded')).toHaveLength(2);
    await waitFor(async () => (await stores.database.query(STILL_IN_THE_QUEUE)).length === 0, { what: 'the rest to be given back' });
    expect(await caller.job(late.id)).toMatchObject({ state: 'queued', starts: 0, waitingFor: { kind: 'paused' } });
    expect(await stores.database.query(BEGUN_WHILE_PAUSED)).toEqual([]);

    await product.vk.control({ do: 'latency', ms: 0 });
    expect(await caller.call('POST', '/v1/queues/parse:resume')).toMatchObject({ status: 200, body: { paused: false } });
    for (const { id } of [...early, late]) expect(await caller.end(id)).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 60_000);
};

describeOnEngines('jobs whose queue an operator holds', paused);
