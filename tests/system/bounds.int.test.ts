import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type RunningProcess, deep, isDeepRun, openSession, waitFor } from '@otklik/testing';
import { SPECIAL_WALLS } from '@otklik/vk-simulator';
import type { ApiCaller, Job } from './testing/api-caller.ts';
import { describeOnEngines } from './testing/describe-on-engines.ts';
import { findUnsettled } from './testing/invariant.ts';
import { NEVER_ALONE, WELL_BEHAVED } from './testing/misbehaving-processors.ts';
import { operationsOf, scrape } from './testing/operations.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';
import { type Supervised, supervise } from './testing/supervise.ts';

const misbehaving = { target: { wall: 'empty' }, maxAttempts: 1 };
const neighbour = { target: { wall: 'empty' }, labels: [WELL_BEHAVED] };
const crawl = { target: { wall: SPECIAL_WALLS.pages.screenName }, labels: [WELL_BEHAVED] };
const WAITING_FOR_LOCKS = `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
const uuidOf = ({ id }: Job): string => id.replace('job_', '');
const MAX_STARTS = deep(2, 3);

const LOST_STARTS = `SELECT j.id, count(*) FILTER (WHERE a."end" = 'lost')::int AS lost
FROM job j JOIN job_attempt a ON a.job_id = j.id WHERE j.id = ANY($1) GROUP BY j.id`;

/** How a job takes its process with it. */
const deaths = {
  exit: { OTKLIK_TEST_PROCESSORS: 'exit' },
  oom: { OTKLIK_TEST_PROCESSORS: 'oom', NODE_OPTIONS: '--max-old-space-size=64' },
  busy: { OTKLIK_TEST_PROCESSORS: 'busy' },
} as const;
type Death = keyof typeof deaths;

const deathsToTry: readonly Death[] = isDeepRun() ? ['exit', 'oom', 'busy'] : ['exit'];

const bounded = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  let caller: ApiCaller;
  const supervised: Supervised[] = [];
  const workers: RunningProcess[] = [];
  beforeAll(async () => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace: 'quick' });
    caller = await product.caller(await product.startApi());
  });
  afterEach(async () => {
    for (const one of supervised.splice(0)) one.stop();
    await Promise.all(workers.splice(0).map((worker) => worker.kill('SIGKILL')));
    await product.vk.control({ do: 'resetRules' });
  });
  afterAll(async () => {
    await product.stop();
    await stores.close();
  });

  const startWorker = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<RunningProcess> => {
    const worker = product.spawnWorker(name, env);
    workers.push(worker);
    await worker.waitForLine(/"worker started"/);
    return worker;
  };

  test.each(deathsToTry)(
    'fault 22: when a job ends its process each time (%s), then it is given up after its starts, and no neighbour is hit twice',
    async (death) => {
      await product.vk.control({ do: 'latency', ms: 100 });
      const poison = await waitFor(() => caller.submit('parse', { ...misbehaving, maxAttempts: 3, labels: [NEVER_ALONE] }));
      await stores.database.query('UPDATE job SET max_starts = $1', [MAX_STARTS]);
      const neighbours: Job[] = [];
      while (neighbours.length < deep(3, 8)) neighbours.push(await waitFor(() => caller.submit('parse', crawl)));
      // So few places that nobody runs alone.
      for (const name of ['w1', 'w2']) supervised.push(supervise(() => startWorker(name, { WORKER_CONCURRENCY: '2', ...deaths[death] })));

      expect(await caller.end(poison.id, 90_000)).toMatchObject({ state: 'failed', starts: MAX_STARTS, error: { code: 'POISON' } });
      expect((await caller.attempts(poison.id)).map(({ end }) => end)).toEqual(Array.from({ length: MAX_STARTS }, () => 'lost'));
      for (const { id } of neighbours)
        expect(await caller.end(id, 90_000)).toMatchObject({ state: 'succeeded', attempts: 0, result: { comments: 1_240, missing: 0 } });
      const lost = (await stores.database.query<{ readonly lost: number }>(LOST_STARTS, [neighbours.map(uuidOf)])).map((row) => row.lost);
      expect(Math.max(...lost)).toBe(1);
      // The job may be given up before the process that it blocks is ended.
      const ended = (): number => supervised.flatMap(({ ends }) => ends).length;
      await waitFor(() => ended() >= MAX_STARTS, { what: 'the end of the last process' });
      expect(ended()).toBe(MAX_STARTS);
      expect(await findUnsettled(stores.database)).toEqual([]);
    },
    120_000,
  );

  test('fault 18: when an endless loop blocks a worker, then its watchdog ends it, its job goes on elsewhere, and the jobs of others are not touched', async () => {
    const blocked = await startWorker('w1', { WORKER_CONCURRENCY: '1', OTKLIK_TEST_PROCESSORS: 'busy' });
    const job = await caller.submit('parse', { ...misbehaving, maxAttempts: 3 });
    await waitFor(async () => (await caller.job(job.id)).state === 'running', { what: 'the loop to begin' });
    await startWorker('w2');
    const others = [await caller.submit('parse', neighbour), await caller.submit('parse', neighbour)];

    expect(await blocked.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(blocked.logs().at(-1)).toMatchObject({ level: 'error', message: 'the event loop is blocked, the process ends' });
    expect(await caller.end(job.id)).toMatchObject({ state: 'succeeded', starts: 2, attempts: 0 });
    expect((await caller.attempts(job.id)).map(({ worker, end }) => [worker, end])).toEqual([
      ['w1', 'lost'],
      ['w2', 'succeeded'],
    ]);
    for (const { id } of others) expect(await caller.end(id)).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(await findUnsettled(stores.database)).toEqual([]);
  });

  if (isDeepRun())
    test('fault 18: when a worker is blocked for longer than its lock and then goes on, then its job ends elsewhere, what it says too late is dropped, and it takes new work', async () => {
      const env = { WORKER_CONCURRENCY: '1', OTKLIK_TEST_PROCESSORS: 'busy:6000', OTKLIK_TEST_BLOCKED_MS: '60000' };
      const blocked = await startWorker('w1', env);
      const job = await caller.submit('parse', { target: { wall: SPECIAL_WALLS.pages.screenName } });
      await waitFor(async () => (await caller.job(job.id)).state === 'running', { what: 'the block to begin' });
      const other = await startWorker('w2');
      expect(await caller.end(job.id)).toMatchObject({ state: 'succeeded', starts: 2, attempts: 0, result: { comments: 1_240 } });
      await blocked.waitForLine(/"recorded":false/);
      expect((await caller.attempts(job.id)).map(({ worker, end }) => [worker, end])).toEqual([
        ['w1', 'lost'],
        ['w2', 'succeeded'],
      ]);
      await other.kill('SIGTERM');
      const next = await caller.submit('parse', neighbour);
      expect(await caller.end(next.id)).toMatchObject({ state: 'succeeded', starts: 1 });
      expect(await caller.job(job.id)).toMatchObject({ result: { comments: 1_240 } });
      expect(await findUnsettled(stores.database)).toEqual([]);
    });

  test('when work ignores its signal, then its attempt ends after the grace, its slot is free for others, and a process that it does not come back to ends itself', async () => {
    const worker = await startWorker('w1', {
      WORKER_CONCURRENCY: '1',
      OPERATIONS_PORT: '0',
      OTKLIK_TEST_PROCESSORS: 'stubborn',
    });
    const stubborn = await caller.submit('parse', { ...misbehaving, timeoutMs: 1_000 });
    await waitFor(async () => (await caller.job(stubborn.id)).state === 'running', { what: 'the work to begin' });
    const next = await caller.submit('parse', neighbour);

    expect(await caller.end(stubborn.id)).toMatchObject({ state: 'timed_out', starts: 1, error: { code: 'JOB_TIMEOUT' } });
    const { value } = await scrape(operationsOf(worker));
    expect([value('otklik_attempts_abandoned_total', ['type="parse"']), value('otklik_attempts_abandoned')]).toEqual([1, 1]);
    expect(await caller.end(next.id)).toMatchObject({ state: 'succeeded', starts: 1 });
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(await findUnsettled(stores.database)).toEqual([]);
  });

  test('when what attempts wait for does not come, then their timeout ends the waiting for a lock of the database, waiting for a turn at VK costs no attempt, and nothing has to be abandoned', async () => {
    const askedBefore = (await product.vk.log()).length;
    const worker = await startWorker('w1', { OPERATIONS_PORT: '0', VK_REQUESTS_PER_SECOND: '0.01' });
    const session = await openSession(stores.databaseUrl);
    await session.run('BEGIN; LOCK TABLE comment IN ACCESS EXCLUSIVE MODE');
    const limits = { timeoutMs: 1_000, maxAttempts: 1 };
    const scope = { walls: ['-1'] };
    const held = [await caller.submit('analyze', { ...limits, scope }), await caller.submit('export', { ...limits, scope, format: 'csv' })];
    const paced = await caller.submit('parse', { timeoutMs: 4_000, maxAttempts: 1, target: { wall: SPECIAL_WALLS.pages.screenName } });
    for (const { id } of held) expect(await caller.end(id)).toMatchObject({ state: 'timed_out', error: { code: 'JOB_TIMEOUT' } });
    // At the end of its slice.
    await waitFor(async () => (await caller.attempts(paced.id)).some(({ end }) => end === 'yielded'), {
      what: 'the crawl to give its turn back',
    });
    await caller.call('POST', `/v1/jobs/${paced.id}:cancel`);
    expect(await caller.end(paced.id)).toMatchObject({ state: 'cancelled', attempts: 0 });
    expect((await scrape(operationsOf(worker))).value('otklik_attempts_abandoned_total')).toBe(0);
    expect((await product.vk.log()).length - askedBefore).toBe(1);
    await waitFor(async () => (await session.read(WAITING_FOR_LOCKS)).length === 0, { what: 'the queries to be gone' });
    await session.run('COMMIT');
    await session.end();
  });
};

describeOnEngines('a worker that is given work without bounds', bounded);
