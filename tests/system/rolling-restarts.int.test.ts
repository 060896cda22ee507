import { afterEach, expect, test } from '@jest/globals';
import { deep, describeWithRedis, isDeepRun, runSeed, waitFor } from '@otklik/testing';
import { DEMO_WALL, SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { ApiCaller } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';

const RESTARTS = deep(4, 20);
const JOBS = deep(40, 200);
/** The crawl lasts as long as VK takes for its pages: seconds, or ten minutes. */
const CRAWL = isDeepRun() ? DEMO_WALL : SPECIAL_WALLS.pages;
const PAGE_MS = deep(150, 3_700);
/** A slice of the long run has minutes for all of its files. */
const CRAWL_S = isDeepRun() && runSeed() === 0 ? 600 : 0;
const CLIENTS = 8;

describeWithRedis('workers that are replaced while they work', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  /** A 503 is an answer too: whoever gets one asks again. */
  const submit = (order: object) => waitFor(() => caller.submit('parse', order), { timeoutMs: 30_000, what: 'the job to be accepted' });
  /** What the crawl asked VK for, each page as often as it was asked for. */
  const pages = async (): Promise<readonly string[]> =>
    (await product.vk.log())
      .filter(({ params, outcome }) => params['owner_id'] === String(CRAWL.ownerId) && outcome === 'ok')
      .map(({ method, params }) => JSON.stringify([method, Object.entries(params).toSorted()]));

  test(
    `fault 20: when one of two workers is restarted ${RESTARTS} times in turn, then ${JOBS} jobs run without a failure and an attempt spent, and a crawl asks no page twice but for one per restart`,
    async () => {
      stores = await openStores('redis');
      product = await startProduct({ ...stores, pace: isDeepRun() ? 'production' : 'quick', simulator: { latencyMs: PAGE_MS } });
      caller = await product.caller(await product.startApi());
      const names = ['w1', 'w2'];
      const running = new Map(
        await Promise.all(names.map(async (name) => [name, await product.startWorker(name, { WORKER_CONCURRENCY: '4' })] as const)),
      );
      const crawl = await submit({ target: { wall: CRAWL.screenName }, priority: 'high' });
      const submitted: string[] = [];
      const client = async (): Promise<void> => {
        while (submitted.length < JOBS) {
          const { id } = await submit({ target: { wall: SPECIAL_WALLS.empty.screenName } });
          submitted.push(id);
          await caller.end(id, 120_000);
        }
      };
      const load = Promise.all(Array.from({ length: CLIENTS }, client));

      for (let restart = 0; restart < RESTARTS; restart += 1) {
        const asked = (await pages()).length;
        // Each meets a crawl that has gone on since the one before it.
        await waitFor(async () => (await pages()).length >= asked + deep(1, 5) || (await caller.job(crawl.id)).state === 'succeeded', {
          timeoutMs: 120_000,
          what: 'the crawl to go on',
        });
        // The one that crawls, as long as one does.
        const attempt = (await caller.attempts(crawl.id)).find(({ end }) => end === 'running');
        const name = attempt?.worker ?? (restart % 2 === 0 ? 'w1' : 'w2');
        expect(await running.get(name)?.kill('SIGTERM')).toEqual({ code: 0, signal: null });
        running.set(name, await product.startWorker(name, { WORKER_CONCURRENCY: '4' }));
      }
      await load;
      expect(await caller.end(crawl.id, 900_000)).toMatchObject({ state: 'succeeded', attempts: 0 });

      const jobs = await stores.database.query(
        `SELECT state::text, attempts_spent AS spent, count(*)::int AS count FROM job WHERE id = ANY($1::uuid[]) GROUP BY 1, 2`,
        [submitted.map((id) => id.replace('job_', ''))],
      );
      expect(jobs).toEqual([{ state: 'succeeded', spent: 0, count: submitted.length }]);
      const fetched = await pages();
      expect(fetched.length - new Set(fetched).size).toBeLessThanOrEqual(RESTARTS);
      const truth = (await product.vk.truth(CRAWL.ownerId)).comments.map(({ id }) => String(id));
      expect(await storedIds(stores.database, 'test', CRAWL.ownerId)).toEqual(truth.toSorted((a, b) => Number(a) - Number(b)));
      expect(await findUnsettled(stores.database)).toEqual([]);
      const ends = (await caller.attempts(crawl.id)).map(({ end }) => end);
      expect(ends).toContain('yielded');
      expect(ends.filter((end) => end !== 'yielded')).toEqual(['succeeded']);
      const lasted = (Date.now() - Date.parse((await caller.job(crawl.id)).createdAt)) / 1_000;
      if (isDeepRun())
        process.stderr.write(
          `fault 20: ${RESTARTS} restarts, ${submitted.length} jobs, a crawl of ${fetched.length} pages in ${ends.length} attempts and ${Math.round(lasted)} s, ${fetched.length - new Set(fetched).size} pages asked twice\n`,
        );
      expect(lasted).toBeGreaterThanOrEqual(CRAWL_S);
    },
    deep(120_000, 1_500_000),
  );
});
