import { setTimeout as later } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { currentLogContext, Fenced, Shutdown, untilAborted } from '@otklik/shared';
import { deliveryId, type Disposition, type Handle } from './index.ts';
import { gate, item, items, openProcess, type ProcessUnderTest, until } from './testing/process-under-test.ts';
import { describeOnEachEngine, openStore, type StoreUnderTest } from './testing/store-under-test.ts';

const succeeded: Disposition = { kind: 'succeeded' };

describeOnEachEngine('workers', (name) => {
  let store: StoreUnderTest;
  let app: ProcessUnderTest;
  beforeAll(async () => {
    store = await openStore(name);
  });
  afterAll(() => store.close());
  beforeEach(() => {
    app = openProcess(store.url);
  });
  afterEach(async () => {
    await app.close();
    await store.loseEverything();
  });

  const finishedLook = (id: string) =>
    until(
      () => store.look('parse', id),
      ({ state }) => state === 'failed' || state === 'completed',
    );

  test('when an attempt fails, then the board shows a failed delivery with code and reason', async () => {
    const one = item();
    app.start(async () => ({ kind: 'failed', error: { code: 'VK_API', message: 'Access to the wall denied.', retryable: false } }));
    await app.producer.addBulk([one]);
    expect(await finishedLook(deliveryId(one))).toMatchObject({ state: 'failed', reason: 'VK_API: Access to the wall denied.' });
  });

  test('when a job waits or yields, then its delivery counts as done', async () => {
    const one = item();
    app.start(async () => ({ kind: 'waited' }));
    await app.producer.addBulk([one]);
    expect(await finishedLook(deliveryId(one))).toMatchObject({ state: 'completed', value: { kind: 'waited' } });
  });

  test('when work is done and its record hangs, then the next begins, as many as slots at most, and closing waits for the records', async () => {
    const [all, open] = [items(3), gate()];
    const begun: string[] = [];
    const recorded: string[] = [];
    const handle: Handle = async ({ jobId }, _signal, onWorked) => {
      begun.push(jobId);
      onWorked();
      await open.promise;
      recorded.push(jobId);
      return succeeded;
    };
    const workers = app.start(handle, { concurrency: 1 });
    await app.producer.addBulk(all);
    await until(
      () => begun.length,
      (count) => count === 2,
    );
    expect(await finishedLook(deliveryId(all[0] ?? item()))).toMatchObject({ state: 'completed', value: { kind: 'succeeded' } });
    expect(workers.status()).toMatchObject([{ concurrency: 1, active: 1 }]);

    const closed = workers.close({ graceMs: 10_000 });
    expect(await Promise.race([closed, later(100, 'still closing')])).toBe('still closing');
    open.resolve();
    await closed;
    expect(recorded).toEqual(all.slice(0, 2).map(({ jobId }) => jobId));
  });

  test('when the handler throws, then the delivery fails without the words of the error, and the next one runs', async () => {
    const [bad, good] = [item(), item()];
    app.start(async ({ jobId }) => {
      if (jobId === bad.jobId) throw new Error('secret words of a driver');
      return succeeded;
    });
    await app.producer.addBulk([bad, good]);
    expect(await finishedLook(deliveryId(bad))).toMatchObject({ state: 'failed', reason: 'INTERNAL: Unexpected error' });
    expect(await finishedLook(deliveryId(good))).toMatchObject({ state: 'completed' });
  });

  test.each([
    ['no object', 'garbage'],
    ['an unknown version', { v: 2, jobId: '018f0000-0000-7000-8000-000000000001', generation: 1, type: 'parse' }],
    ['the type of another queue', { v: 1, jobId: '018f0000-0000-7000-8000-000000000001', generation: 1, type: 'export' }],
    ['more than ids', { v: 1, jobId: '018f0000-0000-7000-8000-000000000001', generation: 1, type: 'parse', token: 'x' }],
  ])('when a payload is %s, then it fails once with a reason and the worker goes on', async (_what, data) => {
    let handled = 0;
    app.start(async () => {
      handled += 1;
      return succeeded;
    });
    await store.addRaw('parse', 'garbage-1', data);
    expect(await finishedLook('garbage-1')).toMatchObject({ state: 'failed', reason: expect.stringContaining('BAD_MESSAGE') });
    const good = item();
    await app.producer.addBulk([good]);
    await finishedLook(deliveryId(good));
    expect(handled).toBe(1);
  });

  test('everything logged inside a delivery carries the public id of its job, its type and generation', async () => {
    const one = item({ generation: 3 });
    let seen: object = {};
    app.start(async () => {
      seen = currentLogContext();
      return succeeded;
    });
    await app.producer.addBulk([one]);
    await finishedLook(deliveryId(one));
    expect(seen).toEqual({ jobId: `job_${one.jobId.replaceAll('-', '')}`, type: 'parse', generation: 3 });
  });

  test('when the lock of a delivery goes to somebody else, then its signal says fenced and the worker lives on', async () => {
    const [lost, next] = [item(), item()];
    let reason: unknown;
    app.start(
      async ({ jobId }, signal) => {
        if (jobId !== lost.jobId || reason !== undefined) return succeeded;
        await untilAborted(signal);
        reason = signal.reason;
        return { kind: 'dropped' };
      },
      { concurrency: 2 },
    );
    await app.producer.addBulk([lost]);
    await until(
      async () => (await app.producer.counts()).get('parse')?.active,
      (active) => active === 1,
    );
    await store.stealLock('parse', deliveryId(lost));
    await until(
      () => reason,
      (it) => it !== undefined,
    );
    expect(reason).toBeInstanceOf(Fenced);
    await app.producer.addBulk([next]);
    await finishedLook(deliveryId(next));
  });

  test('when a worker loses its connections for good, then another one takes its delivery over', async () => {
    const one = item();
    const victim = openProcess(store.url);
    const started = gate();
    const stuck = gate();
    victim.start(async () => {
      started.resolve();
      await stuck.promise;
      return succeeded;
    });
    await app.producer.addBulk([one]);
    await started.promise;
    let takenOver = 0;
    app.start(async () => {
      takenOver += 1;
      return succeeded;
    });
    await victim.engine.close();
    expect(await finishedLook(deliveryId(one))).toMatchObject({ state: 'completed' });
    expect(takenOver).toBe(1);
    stuck.resolve();
    await victim.close();
  });

  test('when types are served by one process, then each has its own queue and limit', async () => {
    const hold = gate();
    const running: string[] = [];
    app.start(
      async ({ type }) => {
        running.push(type);
        await hold.promise;
        return succeeded;
      },
      { types: ['parse', 'export'], concurrency: 2 },
    );
    await app.producer.addBulk([...items(5), ...items(5, { type: 'export' }), ...items(5, { type: 'analyze' })]);
    await until(
      () => running.length,
      (count) => count === 4,
    );
    const counts = await app.producer.counts();
    expect(counts.get('parse')).toEqual({ waiting: 3, active: 2 });
    expect(counts.get('analyze')).toEqual({ waiting: 5, active: 0 });
    expect(counts.get('export')).toEqual({ waiting: 3, active: 2 });
    hold.resolve();
  });

  test('when the worker closes while a delivery runs out the grace, then it is aborted with Shutdown and recorded', async () => {
    const one = item();
    let reason: unknown;
    const workers = app.start(async (_message, signal) => {
      await untilAborted(signal);
      reason = signal.reason;
      return { kind: 'yielded' };
    });
    await app.producer.addBulk([one]);
    await until(
      () => workers.status()[0]?.active,
      (active) => active === 1,
    );
    await workers.close({ graceMs: 50 });
    expect(reason).toBeInstanceOf(Shutdown);
    expect(await store.look('parse', deliveryId(one))).toMatchObject({ state: 'completed', value: { kind: 'yielded' } });
  });

  test('when the worker closes and its delivery ends in time, then it is not aborted; nothing new is taken', async () => {
    const [first, second] = [item(), item()];
    const finish = gate();
    const aborted: boolean[] = [];
    const workers = app.start(
      async (_message, signal) => {
        await finish.promise;
        aborted.push(signal.aborted);
        return succeeded;
      },
      { concurrency: 1 },
    );
    await app.producer.addBulk([first, second]);
    await until(
      () => workers.status()[0]?.active,
      (active) => active === 1,
    );
    const closing = workers.close({ graceMs: 20_000 });
    finish.resolve();
    await closing;
    expect(aborted).toEqual([false]);
    expect(await store.look('parse', deliveryId(second))).toMatchObject({ state: expect.stringMatching(/waiting|prioritized/) });
  });

  test('when a handler ignores its signal, then closing ends all the same', async () => {
    const stuck = gate();
    const workers = app.start(async () => {
      await stuck.promise;
      return succeeded;
    });
    await app.producer.addBulk([item()]);
    await until(
      () => workers.status()[0]?.active,
      (active) => active === 1,
    );
    await workers.close({ graceMs: 50 });
    expect(workers.status()[0]?.active).toBe(1);
    stuck.resolve();
  });
});
