import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type PrivateServer,
  type RunningProcess,
  describeWithRedis,
  isDeepRun,
  openSession,
  startPrivatePostgres,
  waitFor,
} from '@otklik/testing';
import { findUnsettled } from './testing/invariant.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const SLOTS = 4;
/** What the first worker takes once its first jobs have only to be recorded, and what each of the others takes. */
const WAITING = (isDeepRun() ? 3 : 2) * SLOTS;
/** Longer than a worker may be silent, and than a job works. */
const AWAY_MS = isDeepRun() ? 30_000 : 2_500;
const WORKS_MS = isDeepRun() ? 15_000 : 1_000;

const survives = (engine: Engine): void => {
  let stores: QueueStores;
  let postgres: PrivateServer;
  let product: ProductUnderTest;
  beforeAll(async () => {
    [stores, postgres] = await Promise.all([openStores(engine), startPrivatePostgres()]);
    // The queue on PostgreSQL is away with the jobs.
    const queue = engine === 'redis' ? stores : { queueUrl: postgres.url };
    product = await startProduct({ ...queue, databaseUrl: postgres.url, pace: isDeepRun() ? 'production' : 'quick' });
  });
  afterAll(async () => {
    await product.stop();
    await postgres.stop();
    await stores.close();
  });

  const startWorker = (name: string): RunningProcess =>
    product.spawnWorker(name, { WORKER_CONCURRENCY: String(SLOTS), OTKLIK_TEST_PROCESSORS: `slow:${WORKS_MS}` });

  test('fault 9: then nothing is accepted, whoever worked goes on and is not taken for lost, whoever waited is held and starts when it is back, and nothing is spent', async () => {
    const caller = await product.caller(await product.startApi());
    const workers = [startWorker('w1')];
    const jobs = await Promise.all(Array.from({ length: SLOTS + WAITING }, () => caller.submit('parse', { target: { wall: 'empty' } })));
    const running = async (): Promise<number> => (await caller.jobs('state=running')).length;
    await waitFor(async () => (await running()) === SLOTS, { what: 'a worker that has its hands full' });

    const before = await openSession(postgres.url);
    const undispatched = `SELECT id FROM job WHERE dispatched_at IS NULL`;
    await waitFor(async () => (await before.read(undispatched)).length === 0, { what: 'all of them in the queue' });
    await before.end();

    await postgres.kill();
    const killedAt = performance.now();
    workers.push(startWorker('w2'));
    const refused = await caller.call('POST', '/v1/jobs/parse', { target: { wall: 'empty' } });
    expect([refused.status, refused.body]).toEqual([503, expect.objectContaining({ code: 'DB_UNAVAILABLE', status: 503 })]);
    expect(refused.ms).toBeLessThan(2_500);
    // With the queue away as well, nothing is delivered to the one that came late.
    const holding = engine === 'redis' ? workers : workers.slice(0, 1);
    for (const worker of holding) await worker.waitForLine(/"attempts wait for the database"/);
    if (isDeepRun()) {
      const stopped = startWorker('w3');
      await stopped.waitForLine(engine === 'redis' ? /"attempts wait for the database"/ : /"worker started"/);
      expect(await stopped.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    }
    await waitFor(() => performance.now() - killedAt > AWAY_MS, { timeoutMs: 2 * AWAY_MS });
    await postgres.restart();

    for (const { id } of jobs) {
      expect(await caller.end(id)).toMatchObject({ state: 'succeeded', attempts: 0 });
      expect((await caller.attempts(id)).map(({ end }) => end)).not.toContain('lost');
    }
    const session = await openSession(postgres.url);
    await waitFor(async () => (await findUnsettled({ query: (text) => session.read(text) })).length === 0, { timeoutMs: 30_000 });
    await session.end();
    const failures = workers.flatMap((worker) => worker.logs()).filter(({ level }) => level === 'error');
    expect(failures).toEqual([]);
    for (const worker of holding) {
      const waits = worker.logs().filter(({ message }) => message === 'attempts wait for the database');
      expect(waits).toHaveLength(1);
    }
  }, 120_000);
};

describeWithRedis('when PostgreSQL is away for longer than a worker may be silent, with the queue on Redis', () => survives('redis'));
if (isDeepRun())
  describe('when PostgreSQL is away for longer than a worker may be silent, with the queue on it', () => survives('postgres'));
