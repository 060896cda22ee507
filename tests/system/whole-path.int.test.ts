import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type BackoffPolicy, defaultBackoff } from '@otklik/core';
import { silentLogger } from '@otklik/shared';
import { type RunningProcess, deep, isDeepRun, makeTempDir, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import { type RunningWorker, startWorker } from '@otklik/worker';
import type { ApiCaller, Job } from './testing/api-caller.ts';
import { describeOnEngines } from './testing/describe-on-engines.ts';
import { findUnsettled } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';
import { repeatedRequests } from './testing/repeated-requests.ts';

const empty = { target: { wall: 'empty' } };
const WAITING = deep(200, 600);

const wholePath = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  let worker: RunningWorker | undefined;
  let process: RunningProcess | undefined;
  const exports = makeTempDir();
  beforeAll(async () => {
    stores = await openStores(engine);
    product = await startProduct(stores);
    caller = await product.caller(await product.startApi());
  });
  afterEach(async () => {
    await worker?.close();
    await process?.kill('SIGTERM');
    [worker, process] = [undefined, undefined];
    await product.vk.control({ do: 'resetRules' });
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
    exports.remove();
  });

  test('fault 14: when VK answers with a byte a second, then the attempt is aborted at its timeout and the next one goes on from the checkpoint', async () => {
    process = await product.startWorker('w1');
    await product.vk.control({ do: 'resetLog' });
    // Whose wall it is takes two requests, and its posts one: the fourth asks for comments.
    await product.vk.control({ do: 'fail', after: 3, with: { kind: 'trickle' } });
    const job = await caller.submit('parse', { target: { wall: SPECIAL_WALLS.pages.screenName }, timeoutMs: 2_000 });
    expect(await caller.end(job.id)).toMatchObject({ state: 'succeeded', attempts: 1, result: { comments: 1_240, missing: 0 } });
    // A slice is half the timeout, which a busy machine may reach before.
    const ends = (await caller.attempts(job.id)).map(({ end }) => end).filter((end) => end !== 'yielded');
    expect(ends).toEqual(['timed_out', 'succeeded']);
    expect(repeatedRequests(await product.vk.log()).length).toBeLessThanOrEqual(1);
    expect(await findUnsettled(stores.database)).toEqual([]);
  });

  // The limit of one request is half a minute, on either engine.
  if (isDeepRun() && engine === 'redis')
    test('fault 14: when VK goes on like that through a whole job, then each request ends at its own limit, and the job waits, loses no attempt and goes on', async () => {
      process = await product.startWorker('w1');
      for (const method of ['wall.getComments', 'execute'])
        await product.vk.control({ do: 'fail', method, with: { kind: 'trickle' }, times: 1_000_000 });
      // In full: the wall was read before, and nothing is new.
      const job = await caller.submit('parse', { target: { wall: SPECIAL_WALLS.pages.screenName }, options: { full: true } });
      await waitFor(async () => (await caller.attempts(job.id)).some(({ end }) => end === 'waited'), { timeoutMs: 200_000 });
      expect(await caller.job(job.id)).toMatchObject({ attempts: 0, waitingFor: { kind: 'capacity' } });
      await product.vk.control({ do: 'resetRules' });
      expect(await caller.end(job.id, 120_000)).toMatchObject({ state: 'succeeded', attempts: 0, result: { comments: 1_240, missing: 0 } });
      expect(await findUnsettled(stores.database)).toEqual([]);
    });

  test('when attempt after attempt fails, then the waits double within the bounds of their jitter, and the last failure ends the job', async () => {
    // Long enough to be seen between two looks, also on a busy machine.
    const base = { baseMs: 800, maxMs: 60_000 };
    const backoff: BackoffPolicy = { bounds: { ...defaultBackoff.bounds, storage: base }, random: () => 0.75 };
    // A file lies where the folder of exports should be.
    const blocked = join(exports.path, engine);
    worker = await startWorker(workerConfig(stores, blocked), { logger: silentLogger, backoff });
    writeFileSync(blocked, '');
    const job = await caller.submit('export', { scope: { walls: ['-1'] }, format: 'csv', maxAttempts: 4 });
    const waits = await waitsOf(job);
    expect(await caller.end(job.id)).toMatchObject({ state: 'failed', attempts: 4, error: { code: 'STORAGE', retryable: true } });
    expect((await caller.attempts(job.id)).map(({ end }) => end)).toEqual(['failed', 'failed', 'failed', 'failed']);
    waits.forEach((wait, index) => {
      const bound = base.baseMs * 2 ** index;
      // What was planned, plus the moment that recording it took.
      expect(wait).toBeGreaterThanOrEqual(bound * 0.75 - 50);
      expect(wait).toBeLessThanOrEqual(bound + 250);
    });
    expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  });

  // It leaves jobs behind.
  test('when hundreds of jobs of low priority wait and a critical one comes, then it overtakes them', async () => {
    await product.vk.control({ do: 'latency', ms: 30 });
    const low: Job[] = [];
    // A few at a time: the API refuses what it can't answer in time.
    while (low.length < WAITING)
      low.push(...(await Promise.all(Array.from({ length: 10 }, () => caller.submit('parse', { ...empty, priority: 'low' })))));
    process = await product.startWorker('w1', { WORKER_CONCURRENCY: '1' });
    const startedLow = async (): Promise<number> => {
      const [row] = await stores.database.query<{ readonly count: number }>(
        `SELECT count(*)::int AS count FROM job WHERE priority = 4 AND starts > 0`,
      );
      return row?.count ?? 0;
    };
    await waitFor(async () => (await startedLow()) >= 3, { timeoutMs: 30_000 });
    const critical = await caller.submit('parse', { ...empty, priority: 'critical' });
    const ended = await caller.end(critical.id);
    const overtaken = await startedLow();
    expect(ended.state).toBe('succeeded');
    // How many low ones began while the critical one was on its way: those of a few moments, and nowhere near all.
    expect(overtaken).toBeLessThan(low.length / 4);
    const before = await stores.database.query(
      `SELECT 1 FROM job WHERE priority = 4 AND started_at > $1::timestamptz AND started_at < $2::timestamptz`,
      [critical.createdAt, ended.startedAt],
    );
    expect(before.length).toBeLessThanOrEqual(20);
  });

  /** From the end of each failed attempt to the moment that the next one is due. */
  const waitsOf = async ({ id }: Job): Promise<readonly number[]> => {
    const waits = new Map<number, number>();
    await waitFor(
      async () => {
        const [row] = await stores.database.query<{ readonly n: number; readonly wait: number | null }>(
          `SELECT j.attempts_spent AS n, extract(epoch FROM j.run_at - a.finished_at)::float8 * 1000 AS wait
           FROM job j JOIN job_attempt a ON a.job_id = j.id AND a.number = j.starts
           WHERE j.id = $1 AND j.state = 'queued' AND j.waiting_for->>'kind' = 'retry'`,
          [id.replace('job_', '')],
        );
        if (row?.wait !== undefined && row.wait !== null) waits.set(row.n, row.wait);
        return waits.size === 3 || (await caller.job(id)).state === 'failed';
      },
      { timeoutMs: 60_000 },
    );
    return [1, 2, 3].map((n) => waits.get(n) ?? Number.NaN);
  };
};

/** For jobs that need no VK. */
const workerConfig = ({ databaseUrl, queueUrl, queuePrefix = 'otklik' }: QueueStores, exportDir: string) => ({
  database: { url: databaseUrl, poolMax: 4 },
  queue: { url: queueUrl, prefix: queuePrefix },
  exportDir,
  vk: { baseUrl: 'http://127.0.0.1:9', token: 'nobody', requestsPerSecond: 1_000 },
  types: ['parse', 'analyze', 'export'] as const,
  concurrency: 2,
  name: undefined,
  shutdownGraceMs: 5_000,
  logLevel: 'error' as const,
});

describeOnEngines('through the whole path', wholePath);
