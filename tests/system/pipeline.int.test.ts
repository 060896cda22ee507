import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ExportResult } from '@otklik/contracts';
import { describeWithRedis } from '@otklik/testing';
import { DEMO_WALL } from '@otklik/vk-simulator';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

describeWithRedis('api and two workers as processes, on Redis and PostgreSQL', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  beforeAll(async () => {
    stores = await openStores('redis');
    product = await startProduct(stores);
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
  });

  test('when two workspaces collect, analyze and export the same wall, then each gets all of it, once, and nothing of the other', async () => {
    const api = await product.startApi();
    const workers = await Promise.all([product.startWorker('w1'), product.startWorker('w2')]);
    const order = { target: { wall: DEMO_WALL.screenName }, then: [{ type: 'analyze', then: [{ type: 'export', format: 'jsonl' }] }] };
    const truth = (await product.vk.truth(DEMO_WALL.ownerId)).comments
      .map(({ id }) => String(id))
      .toSorted((a, b) => Number(a) - Number(b));

    for (const workspace of ['one', 'two']) {
      const caller = await product.caller(api, workspace);
      const root = await caller.submit('parse', order);
      const jobs = await caller.pipelineEnd(root.id);
      expect(jobs.map(({ type, state }) => [type, state]).toSorted()).toEqual([
        ['analyze', 'succeeded'],
        ['export', 'succeeded'],
        ['parse', 'succeeded'],
      ]);
      expect(await storedIds(stores.database, workspace, DEMO_WALL.ownerId)).toEqual(truth);

      const exported = ExportResult.parse(jobs.find(({ type }) => type === 'export')?.result);
      const file = await caller.call('GET', `/v1/jobs/${jobs.find(({ type }) => type === 'export')?.id}/result`);
      const text = String(file.body);
      expect(createHash('sha256').update(text).digest('hex')).toBe(exported.sha256);
      const ids = text
        .trimEnd()
        .split('\n')
        .map((line) => String(JSON.parse(line).comment_id));
      expect(ids.toSorted((a, b) => Number(a) - Number(b))).toEqual(truth);

      const others = await (await product.caller(api, 'nobody')).call('GET', `/v1/comments?wall=${DEMO_WALL.ownerId}`);
      expect(others.body).toEqual({ items: [], nextCursor: null });
    }
    expect(await findUnsettled(stores.database)).toEqual([]);
    expect(await Promise.all(workers.map((worker) => worker.kill('SIGTERM')))).toEqual([
      { code: 0, signal: null },
      { code: 0, signal: null },
    ]);
  });
});
