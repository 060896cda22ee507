import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '@otklik/testing';
import { tailWall } from '@otklik/vk-simulator';
import { describeOnEngines } from './testing/describe-on-engines.ts';
import { findUnsettled, storedIds } from './testing/invariant.ts';
import { lostOnce } from './testing/lost-once.ts';
import { type ProductUnderTest, startProduct } from './testing/product-under-test.ts';
import { type Engine, type QueueStores, openStores } from './testing/queue-stores.ts';

const WALL = tailWall({ screenName: 'tail', ownerId: -7_000_004, posts: 450 });
const { screenName, ownerId } = WALL;

/** Everything that a run leaves behind: the job, its attempts, what it collected. */
const ROWS = `
SELECT (SELECT jsonb_agg(to_jsonb(j) ORDER BY id) FROM job j) AS jobs,
  (SELECT jsonb_agg(to_jsonb(a) ORDER BY job_id, number) FROM job_attempt a) AS attempts,
  (SELECT jsonb_agg(to_jsonb(c) ORDER BY comment_id) FROM comment c WHERE owner_id = ${ownerId}) AS comments`;

const fenced = (engine: Engine): void => {
  let stores: QueueStores;
  let product: ProductUnderTest;
  afterEach(async () => {
    await product.stop();
    await stores.close();
  });

  test('fault 19: when a worker is stopped with requests on their way, another one ends the job, and the first wakes to their answers, then it changes no row', async () => {
    stores = await openStores(engine);
    product = await startProduct({ ...stores, pace: 'quick', simulator: { latencyMs: 300, walls: [WALL] } });
    const caller = await product.caller(await product.startApi());
    const stopped = await product.startWorker('w1');
    const job = await waitFor(() => caller.submit('parse', { target: { wall: screenName } }), { what: 'the job to be accepted' });
    const batches = async () => (await product.vk.log()).filter(({ method }) => method === 'execute');
    await waitFor(async () => (await batches()).length >= 5, { timeoutMs: 30_000, what: 'five batches' });
    stopped.signal('SIGSTOP');
    await product.vk.control({ do: 'latency', ms: 0 });
    await product.startWorker('w2');

    const { comments } = await product.vk.truth(ownerId);
    const ended = await caller.end(job.id, 60_000);
    const attempts = await caller.attempts(job.id);
    const ends = lostOnce(attempts);
    expect(attempts.map(({ worker, end }) => [worker, end])).toEqual(ends.map((end) => [end === 'lost' ? 'w1' : 'w2', end]));
    expect(ended).toMatchObject({
      state: 'succeeded',
      starts: attempts.length,
      attempts: 0,
      result: { comments: comments.length, missing: 0 },
    });
    const truth = comments.map(({ id }) => id).toSorted((a, b) => a - b);
    expect(await storedIds(stores.database, 'test', ownerId)).toEqual(truth.map(String));
    const before = await stores.database.query(ROWS);

    stopped.signal('SIGCONT');
    await stopped.waitForLine(/"attempt ended early".*"FENCED"|"FENCED".*"attempt ended early"/, { timeoutMs: 30_000 });
    expect(await stopped.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(await stores.database.query(ROWS)).toEqual(before);
    expect(await findUnsettled(stores.database)).toEqual([]);
  }, 120_000);
};

describeOnEngines('a worker that sleeps while another one ends its job', fenced);
