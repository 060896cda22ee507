import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { QueueMessage } from '@otklik/contracts';
import { deep } from '@otklik/testing';
import type { Disposition } from './index.ts';
import { gate, item, items, openProcess, type ProcessUnderTest, until } from './testing/process-under-test.ts';
import { deliveryId } from './outgoing-delivery.ts';
import { describeOnEachEngine, openStore, type StoreUnderTest } from './testing/store-under-test.ts';

describeOnEachEngine('the queue', (name) => {
  let store: StoreUnderTest;
  let app: ProcessUnderTest;
  beforeAll(async () => {
    store = await openStore(name);
  });
  afterAll(() => store.close());
  beforeEach(() => {
    app = openProcess(store.url);
  });
  afterEach(() => app.close());

  const succeeded: Disposition = { kind: 'succeeded' };
  /** Starts a worker that remembers what it was given. */
  const startRecorder = (disposition: Disposition = succeeded, concurrency = 10) => {
    const seen: QueueMessage[] = [];
    const workers = app.start(
      async (message) => {
        seen.push(message);
        return disposition;
      },
      { concurrency },
    );
    return { seen, workers };
  };

  test('when a delivery is added, then a worker is given its ids, once', async () => {
    const one = item();
    const { seen } = startRecorder();
    await app.producer.addBulk([one]);
    await until(
      () => app.producer.findAbsent([one]),
      (absent) => absent.length === 1,
    );
    expect(seen).toEqual([{ v: 1, jobId: one.jobId, generation: 1, type: 'parse', isAgain: false }]);
  });

  test('when a delivery is added twice, then it runs once; when its next generation is added, then that runs too', async () => {
    const one = item();
    const { seen } = startRecorder();
    await app.producer.addBulk([one]);
    await app.producer.addBulk([one, one]);
    await until(
      () => seen.length,
      (count) => count === 1,
    );
    await app.producer.addBulk([one, { ...one, generation: 2 }]);
    await until(
      () => app.producer.findAbsent([{ ...one, generation: 2 }]),
      (absent) => absent.length === 1,
    );
    expect(seen.map(({ generation }) => generation)).toEqual([1, 2]);
  });

  test('when 600 low deliveries wait, then a critical one overtakes them and equals keep their order', async () => {
    const low = items(600, { priority: 'low' });
    const critical = item({ priority: 'critical' });
    await app.producer.addBulk(low);
    await app.producer.addBulk([critical]);
    const { seen } = startRecorder(succeeded, 1);
    await until(
      () => seen.length,
      (count) => count === 601,
      40_000,
    );
    expect(seen.map(({ jobId }) => jobId)).toEqual([critical, ...low].map(({ jobId }) => jobId));
  });

  test('findAbsent tells what waits or runs from what is gone or finished', async () => {
    const finished = item();
    const running = item();
    const waiting = item();
    const failed = item();
    const never = item();
    const done = gate();
    app.start(
      async ({ jobId }) => {
        if (jobId === running.jobId) await done.promise;
        if (jobId === failed.jobId) return { kind: 'failed', error: { code: 'X', message: 'No.', retryable: false } };
        return succeeded;
      },
      { concurrency: 1 },
    );
    const all = [finished, failed, running, waiting, never];
    await app.producer.addBulk([finished, failed, running, waiting]);
    await until(
      async () => (await app.producer.counts()).get('parse'),
      (counts) => counts?.active === 1 && counts.waiting === 1,
    );
    expect(await app.producer.findAbsent(all)).toEqual([finished, failed, never]);
    done.resolve();
  });

  test('when jobs are cancelled, then their waiting deliveries go and the running one stays', async () => {
    const [running, waiting, gone] = [item(), item(), item()];
    const done = gate();
    app.start(
      async () => {
        await done.promise;
        return succeeded;
      },
      { concurrency: 1 },
    );
    await app.producer.addBulk([running]);
    await until(
      async () => (await app.producer.counts()).get('parse')?.active,
      (active) => active === 1,
    );
    await app.producer.addBulk([waiting]);
    await app.producer.removeWaiting([running, waiting, gone]);
    expect(await app.producer.findAbsent([running, waiting])).toEqual([waiting]);
    done.resolve();
  });

  test('what lies in a queue is told page by page, whoever put it there, and what lies where nobody takes it counts as lost', async () => {
    const [stray, ...waiting] = items(4, { generation: 2 });
    if (stray === undefined) throw new Error('no items');
    await app.producer.addBulk(waiting);
    await store.addRaw('parse', 'garbage', 'x');
    await store.addDelayed('parse', deliveryId(stray));
    const pages = [
      await app.producer.listWaiting('parse', { start: 0, limit: 2 }),
      await app.producer.listWaiting('parse', { start: 2, limit: 2 }),
    ];
    const told = pages.flatMap((page) => page.items);
    expect(new Set(told.map(({ jobId, generation }) => `${jobId} ${generation}`))).toEqual(
      new Set([stray, ...waiting].map(({ jobId }) => `${jobId} 2`)),
    );
    expect(pages.reduce((sum, { size }) => sum + size, 0)).toBe(5);
    expect(await app.producer.findAbsent([stray, ...waiting])).toEqual([stray]);
    await app.producer.removeWaiting(told);
    expect(await app.producer.listWaiting('parse', { start: 0, limit: 9 })).toEqual({ items: [], size: 1 });
  });

  test('when somebody paused a queue in the way of its store, then that is ended and told', async () => {
    await app.producer.addBulk([item({ type: 'analyze' })]);
    await store.hold('analyze', true);
    expect([await app.producer.resume('analyze'), await app.producer.resume('analyze')]).toEqual([true, false]);
    expect((await app.producer.counts()).get('analyze')).toEqual({ waiting: 1, active: 0 });
  });

  test('when very many deliveries have ended, then no more of them is left than the queue keeps to be looked at', async () => {
    await store.loseEverything();
    const count = deep(1_300, 6_000);
    let ended = 0;
    app.start(
      async ({ generation }) => {
        ended += 1;
        return generation === 2 ? { kind: 'failed', error: { code: 'X', message: 'No.', retryable: false } } : succeeded;
      },
      { types: ['analyze'], concurrency: 50 },
    );
    await app.producer.writeEpoch('00000000-0000-7000-8000-000000000001');
    await app.producer.addBulk([...items(count, { type: 'analyze' }), ...items(20, { type: 'analyze', generation: 2 })]);
    await until(
      () => ended,
      (it) => it === count + 20,
      60_000,
    );
    // 1,000 completed, 20 failed, and what belongs to the queue and not to a delivery; a trim may be one batch behind.
    await until(
      () => store.size(),
      ({ entries, events }) => entries <= 1_060 && events <= 1_200,
    );
    expect(await app.producer.readEpoch()).toBe('00000000-0000-7000-8000-000000000001');
  }, 90_000);

  test('when 10,000 deliveries are added at once, then all of them wait', async () => {
    const many = items(10_000, { type: 'export' });
    await app.producer.addBulk(many);
    expect((await app.producer.counts()).get('export')).toEqual({ waiting: 10_000, active: 0 });
    expect(await app.producer.findAbsent([...many.slice(0, 3), ...many.slice(-3)])).toEqual([]);
  }, 60_000);
});
