import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import {
  type PrivateRedis,
  type TcpProxy,
  type TestDatabase,
  createTestDatabase,
  startPrivateRedis,
  startTcpProxy,
  waitFor,
} from '@otklik/testing';
import { tailWall } from '@otklik/vk-simulator';
import type { ApiCaller } from './testing/api-caller.ts';
import { describeOnEngines } from './testing/describe-on-engines.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import type { Engine } from './testing/queue-stores.ts';

/** Of more than twenty waves of requests at once: no crawl of it ends before it is cancelled. */
const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_002, posts: 2_000 });
const LARGE = 77_777;
const large = { scope: { walls: [`-${LARGE}`] } };

const FILL = `
INSERT INTO comment (workspace_id, owner_id, object_id, comment_id, thread_id, date, likes, author_key, text)
SELECT w.id, -${LARGE}, 1, n, n, now(), 0, 'id1', 'Дороги в городе чистят плохо ' || n FROM workspace w, generate_series(1, 20000) AS n WHERE w.name = 'test'`;

const cancelled = (engine: Engine): void => {
  let database: TestDatabase;
  let redis: PrivateRedis | undefined;
  let proxy: TcpProxy;
  let product: ProductUnderTest;
  afterEach(async () => {
    await product.stop();
    await redis?.stop();
    await proxy.close();
    await database.drop();
  });

  const start = async (): Promise<ApiCaller> => {
    database = await createTestDatabase();
    redis = engine === 'redis' ? await startPrivateRedis() : undefined;
    proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
    product = await startProduct({
      databaseUrl: database.url,
      queueUrl: redis?.url ?? database.url,
      simulator: { latencyMs: 300, walls: [WALL] },
    });
    const api = await product.startApi();
    // A slow way to the database, so that analysis and export are seen in the middle; signals come on the short one.
    const env = { DATABASE_URL: proxy.through(database.url), DATABASE_DIRECT_URL: database.url, WORKER_CONCURRENCY: '1' };
    await product.startWorker('w1', env);
    return product.caller(api);
  };
  const cancel = (caller: ApiCaller, id: string) => caller.call('POST', `/v1/jobs/${id}:cancel`);
  const filesBelow = async (...path: readonly string[]): Promise<readonly string[]> =>
    (await readdir(join(product.exportDir, ...path), { recursive: true, withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);
  const expectStopped = async (caller: ApiCaller, id: string): Promise<void> => {
    expect(await caller.end(id)).toMatchObject({ state: 'cancelled', attempts: 0 });
    expect((await caller.attempts(id)).map(({ end }) => end)).toEqual(['cancelled']);
  };

  test('when an analysis, an export and a crawl are cancelled in the middle, the last one with its queue gone, then all stop, keep what is whole, and leave no file', async () => {
    const caller = await start();
    await database.query(FILL);
    proxy.latency(100);
    const [analysis, written] = [await caller.submit('analyze', large), await caller.submit('export', { ...large, format: 'csv' })];
    await waitFor(async () => (await filesBelow('.tmp')).length > 0, { what: 'a file that is being written' });
    await waitFor(async () => (await caller.job(analysis.id)).state === 'running', { what: 'the analysis to run' });
    for (const { id } of [written, analysis])
      expect(await cancel(caller, id)).toMatchObject({ status: 200, body: { state: 'cancelling' } });
    for (const { id } of [written, analysis]) await expectStopped(caller, id);
    await waitFor(async () => (await filesBelow()).length === 0, { what: 'the file to be gone' });

    proxy.latency(0);
    const crawl = await caller.submit('parse', { target: { wall: WALL.screenName }, then: [{ type: 'analyze' }] });
    await waitFor(async () => (await storedIds(database, 'test', WALL.ownerId)).length > 100, { what: 'a page of comments' });
    await redis?.kill();
    expect(await cancel(caller, crawl.id)).toMatchObject({ status: 200, body: { state: 'cancelling' } });
    await expectStopped(caller, crawl.id);
    expect((await caller.pipelineEnd(crawl.id)).map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect((await storedIds(database, 'test', WALL.ownerId)).length).toBeGreaterThan(100);
    expect(await findUnsettled(database)).toEqual([]);
  }, 60_000);
};

describeOnEngines('jobs that are cancelled while they run', cancelled);
