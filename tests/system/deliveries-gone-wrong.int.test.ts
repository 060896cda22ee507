import { afterEach, describe, expect, test } from '@jest/globals';
import { jobRegistry, publicId } from '@otklik/contracts';
import { type QueueEngine, createQueueEngine, deliveryId } from '../../packages/queue/src/index.ts';
import { silentLogger } from '@otklik/shared';
import { askRedis, describeWithRedis, isDeepRun, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { Job } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';
import { callOf } from './testing/repeated-requests.ts';

const { screenName, ownerId } = SPECIAL_WALLS.pages;

const uuidOf = (id: string): string => publicId('job').parse(id);

const goesOn = (name: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let engine: QueueEngine;
  afterEach(async () => {
    await product.stop();
    await engine.close();
    await stores.close();
  });

  /** Writes over what the queue keeps of a delivery. */
  const corrupt = async (id: string, data: string): Promise<void> => {
    const { queue } = jobRegistry.parse;
    if (name === 'redis') await askRedis(stores.queueUrl, ['HSET', `${stores.queuePrefix ?? 'otklik'}:${queue}:${id}`, 'data', data]);
    else await stores.database.query('UPDATE bullmq.job SET data = to_jsonb($3::text) WHERE queue = $1 AND id = $2', [queue, id, data]);
  };

  test('fault 21 and 27: when a job is delivered again and again under other ids, and deliveries hold garbage, then each job runs once, the board tells of the garbage, and the worker goes on', async () => {
    stores = await openStores(name);
    product = await startProduct({ ...stores, pace: 'quick', simulator: { latencyMs: 30, latencyPerInnerCallMs: 30 } });
    engine = createQueueEngine({ queueUrl: stores.queueUrl, prefix: stores.queuePrefix ?? 'otklik', logger: silentLogger });
    const caller = await product.caller(await product.startApi());
    const crawl = await caller.submit('parse', { target: { wall: screenName } });
    const damaged: Job[] = [];
    for (let made = 0; made < 3; made += 1) damaged.push(await caller.submit('parse', { target: { wall: 'empty' } }));
    await waitFor(async () => (await stores.database.query(`SELECT 1 FROM job WHERE dispatched_at IS NOT NULL`)).length === 4, {
      what: 'all of them in the queue',
    });

    const message = { v: 1, jobId: uuidOf(crawl.id), generation: 1, type: 'parse' } as const;
    const copies = ['copy-1', 'copy-2', 'copy-3'].map((id) => ({ id, summary: 'a copy', message, band: 1 }));
    const [parse, analyze] = [await engine.openEntrance('parse'), await engine.openEntrance('analyze')];
    await parse.add(copies);
    await analyze.add(copies.slice(0, 1));
    const garbage = ['no json at all', JSON.stringify({ ...message, v: 99 }), JSON.stringify({ ...message, type: 'unknown' })];
    for (const [index, { id }] of damaged.entries()) await corrupt(deliveryId({ jobId: uuidOf(id), generation: 1 }), garbage[index] ?? '');

    const worker = await product.startWorker('w1');
    expect(await caller.end(crawl.id)).toMatchObject({ state: 'succeeded', starts: 1, attempts: 0, result: { comments: 1_240 } });
    for (const { id } of damaged) expect(await caller.end(id)).toMatchObject({ state: 'succeeded', starts: 1, attempts: 0 });
    const truth = (await product.vk.truth(ownerId)).comments.map(({ id }) => String(id));
    expect(await storedIds(stores.database, 'test', ownerId)).toEqual(truth);
    const pages = (await product.vk.log())
      .filter(({ method, outcome }) => method === 'wall.getComments' && outcome === 'ok')
      .map((call) => callOf(call));
    expect(pages.length).toBeGreaterThanOrEqual(13);
    expect(pages).toHaveLength(new Set(pages).size);

    const board = await engine.openWindow('parse');
    await waitFor(async () => (await board.counts()).failed >= 2, { what: 'the garbage on the board', timeoutMs: 40_000 });
    const failed = await board.list(['failed'], { start: 0, end: 9 });
    expect(failed.map(({ reason }) => String(reason))).toEqual(expect.arrayContaining([expect.stringContaining('BAD_MESSAGE')]));
    await Promise.all([parse.close(), analyze.close(), board.close()]);
    const errors = new Set(worker.logs().flatMap((line) => (line['level'] === 'error' ? [line['message']] : [])));
    expect(errors).toEqual(new Set(['delivery not understood']));
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 120_000);
};

describeWithRedis('with the queue on Redis', () => goesOn('redis'));
if (isDeepRun()) describe('with the queue on PostgreSQL', () => goesOn('postgres'));
