import { afterEach, expect, test } from '@jest/globals';
import { type RunningProcess, deep, describeWithRedis, isDeepRun, runSeed, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS, tailWall } from '@otklik/vk-simulator';
import type { ApiCaller, Attempt } from './testing/api-caller.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type QueueStores, openStores } from './testing/queue-stores.ts';
import { callOf, isLook } from './testing/repeated-requests.ts';

const JOBS_PER_RESTART = 10;

/** How often workers are replaced, how much there is to crawl, and how fast VK lets it be read. */
type Run = {
  readonly restarts: number;
  readonly posts: number;
  /** Of the one token, which the jobs beside the crawl use too. */
  readonly requestsPerSecond: number;
  readonly requestMs: readonly [number, number];
  /** On top, for each of up to 25 calls in a request. */
  readonly callMs: number;
  /** Restarts that must have met the crawl. */
  readonly leastMet: number;
  /** The crawl takes no less. */
  readonly leastSeconds: number;
};

const inSeconds: Run = { restarts: 4, posts: 600, requestsPerSecond: 50, requestMs: [50, 100], callMs: 10, leastMet: 1, leastSeconds: 0 };
/** A slice of the long run has minutes for all of its files. */
const inMinutes: Run = { restarts: 10, posts: 8_000, requestsPerSecond: 5, requestMs: [80, 400], callMs: 50, leastMet: 5, leastSeconds: 0 };
/** As VK limits a token, with requests so slow that seven of them are on their way at once. */
const inTenMinutes: Run = {
  restarts: 20,
  posts: 49_000,
  requestsPerSecond: 3,
  requestMs: [80, 400],
  callMs: 80,
  leastMet: 20,
  leastSeconds: 600,
};
const ofTheLongRun = runSeed() === 0 ? inTenMinutes : inMinutes;
const { restarts: RESTARTS, posts, requestsPerSecond, requestMs, callMs, leastMet, leastSeconds } = isDeepRun() ? ofTheLongRun : inSeconds;

const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_000, posts, meanComments: 3 });
const WORKER = { WORKER_CONCURRENCY: '4', VK_REQUESTS_PER_SECOND: String(requestsPerSecond) };

describeWithRedis('workers that are replaced while they work', () => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  const workers = new Map<string, RunningProcess>();
  const startWorker = async (name: string): Promise<void> => void workers.set(name, await product.startWorker(name, WORKER));
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  /** A 503 is an answer too: whoever gets one asks again. */
  const submit = (order: object) => waitFor(() => caller.submit('parse', order), { timeoutMs: 30_000, what: 'the job to be accepted' });
  const submitJobs = () =>
    Promise.all(Array.from({ length: JOBS_PER_RESTART }, () => submit({ target: { wall: SPECIAL_WALLS.empty.screenName } })));

  /** How often VK was asked for comments, in a request of its own or inside another. */
  const asked = async (): Promise<number> => {
    const { requests, innerCalls } = (await product.vk.stats()).total.methods['wall.getComments'] ?? { requests: 0, innerCalls: 0 };
    return requests + innerCalls;
  };
  /** What the crawl asked VK for, each page as often as it was asked for. */
  const pages = async (): Promise<readonly string[]> =>
    (await product.vk.log())
      .filter((call) => call.params['owner_id'] === String(WALL.ownerId) && call.outcome === 'ok' && !isLook(call))
      .map((call) => callOf(call));
  /** Where the crawl runs; null when it has ended. */
  const crawlingWorker = async (crawlId: string): Promise<string | null> => {
    const seen = await waitFor(
      async () => {
        const attempt = (await caller.attempts(crawlId)).find(({ end }) => end === 'running');
        if (attempt !== undefined) return { worker: attempt.worker };
        return (await caller.job(crawlId)).state === 'succeeded' && { worker: null };
      },
      { timeoutMs: 60_000, what: 'the crawl to go on' },
    );
    return seen.worker;
  };

  /** Replaces whoever crawls, in the middle of other jobs, each time that another share of the wall was read. */
  const restartInTurn = async (crawlId: string): Promise<readonly string[]> => {
    const toRead = (await product.vk.counts(WALL.ownerId)).posts.filter(({ claimed }) => claimed > 0).length;
    const submitted: string[] = [];
    for (let restart = 0; restart < RESTARTS; restart += 1) {
      const share = (toRead * (restart + 1)) / (RESTARTS + 1);
      await waitFor(async () => (await asked()) >= share, { timeoutMs: 180_000, everyMs: 100, what: `${share} pages to be asked for` });
      submitted.push(...(await submitJobs()).map(({ id }) => id));
      const name = (await crawlingWorker(crawlId)) ?? (restart % 2 === 0 ? 'w1' : 'w2');
      expect(await workers.get(name)?.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      await startWorker(name);
    }
    await Promise.all(submitted.map((id) => caller.end(id, 120_000)));
    return submitted;
  };

  const expectCollected = async (): Promise<void> => {
    const truth = (await product.vk.truth(WALL.ownerId)).comments.map(({ id }) => id);
    expect(await storedIds(stores.database, 'test', WALL.ownerId)).toEqual(truth.toSorted((a, b) => a - b).map(String));
  };

  test(
    `fault 20: when one of two workers is restarted ${RESTARTS} times in turn, then ${RESTARTS * JOBS_PER_RESTART} jobs run without a failure and an attempt spent, and a crawl asks no page twice but for one per restart`,
    async () => {
      stores = await openStores('redis');
      const simulator = {
        requestsPerSecond,
        latencyMs: requestMs,
        latencyPerInnerCallMs: callMs,
        logEntries: 200_000,
        walls: [WALL],
      } as const;
      product = await startProduct({ ...stores, pace: isDeepRun() ? 'production' : 'quick', simulator });
      const [api] = await Promise.all([product.startApi(), startWorker('w1'), startWorker('w2')]);
      caller = await product.caller(api);
      const crawl = await submit({ target: { wall: WALL.screenName }, priority: 'high' });
      const submitted = await restartInTurn(crawl.id);
      expect(await caller.end(crawl.id, 900_000)).toMatchObject({ state: 'succeeded', attempts: 0, result: { posts, missing: 0 } });

      const jobs = await stores.database.query(
        `SELECT state::text, attempts_spent AS spent, count(*)::int AS count FROM job WHERE id = ANY($1::uuid[]) GROUP BY 1, 2`,
        [submitted.map((id) => id.replace('job_', ''))],
      );
      expect(jobs).toEqual([{ state: 'succeeded', spent: 0, count: RESTARTS * JOBS_PER_RESTART }]);
      const fetched = await pages();
      const twice = fetched.length - new Set(fetched).size;
      expect(twice).toBeLessThanOrEqual(RESTARTS);
      await expectCollected();
      expect(await findUnsettled(stores.database)).toEqual([]);
      const attempts = await caller.attempts(crawl.id);
      const ends = attempts.map(({ end }) => end);
      const yielded = ends.filter((end) => end === 'yielded');
      expect(yielded.length).toBeGreaterThanOrEqual(leastMet);
      expect(ends).toEqual([...yielded, 'succeeded']);
      const lasted = secondsOf(attempts);
      tell(
        `${submitted.length} jobs, a crawl of ${fetched.length} pages in ${ends.length} attempts and ${lasted} s, ${twice} pages asked twice`,
      );
      expect(lasted).toBeGreaterThanOrEqual(leastSeconds);
    },
    deep(120_000, 1_500_000),
  );
});

/** From the first start to the last end. */
const secondsOf = (attempts: readonly Attempt[]): number =>
  Math.round((Date.parse(attempts.at(-1)?.finishedAt ?? '') - Date.parse(attempts[0]?.startedAt ?? '')) / 1_000);

const tell = (what: string): void => {
  if (isDeepRun()) process.stderr.write(`fault 20: ${RESTARTS} restarts, ${what}\n`);
};
