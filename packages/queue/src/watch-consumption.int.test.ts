import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Shutdown, silentLogger, untilAborted } from '@otklik/shared';
import { isDeepRun, runProcess } from '@otklik/testing';
import { deliveryId, type Disposition, type Handle, type QueueEngine, startWorkers, type Workers } from './index.ts';
import { deafen, goDeaf } from './testing/deaf-engine.ts';
import { item, items, openProcess, type ProcessUnderTest, until } from './testing/process-under-test.ts';
import { describeOnEachEngine, openStore, type StoreUnderTest } from './testing/store-under-test.ts';

const succeeded: Disposition = { kind: 'succeeded' };
/** Looks every 20 ms, seven of them in vain. */
const timing = { idleSuspicionMs: 120, abortGraceMs: 50 };

describeOnEachEngine('a worker that is watched', (name) => {
  let store: StoreUnderTest;
  let app: ProcessUnderTest;
  let workers: Workers | undefined;
  beforeAll(async () => {
    store = await openStore(name);
  });
  afterAll(() => store.close());
  beforeEach(() => {
    app = openProcess(store.url, { timing });
  });
  afterEach(async () => {
    await workers?.close({ graceMs: 0 });
    workers = undefined;
    await app.close();
    await store.loseEverything();
  });

  /** Starts a worker for `parse` on this engine, and tells what its watch does. */
  const start = (engine: QueueEngine, handle: Handle = async () => succeeded) => {
    const reasons: string[] = [];
    const told = { recreated: 0, reasons };
    workers = startWorkers({
      engine,
      types: ['parse'],
      concurrency: { parse: 2 },
      handle,
      logger: silentLogger,
      onRecreated: () => (told.recreated += 1),
      giveUp: (reason) => reasons.push(`after ${told.recreated}: ${reason}`),
    });
    return told;
  };

  test('when it is connected and takes nothing although jobs wait, then it is opened anew and takes them', async () => {
    const one = item();
    const told = start(deafen(app.engine, { times: 1 }).engine);
    await app.producer.addBulk([one]);
    await until(
      () => store.look('parse', deliveryId(one)),
      ({ state }) => state === 'completed',
    );
    expect(told).toEqual({ recreated: 1, reasons: [] });
  });

  test('when somebody holds the queue by means of its store, then it is left alone', async () => {
    await app.producer.addBulk(items(2));
    await store.hold('parse', true);
    let asked = 0;
    const engine: QueueEngine = {
      ...app.engine,
      ask: (call) => {
        asked += 1;
        return app.engine.ask(call);
      },
    };
    const told = start(engine);
    await until(
      () => asked,
      (count) => count >= 20,
    );
    expect(told).toEqual({ recreated: 0, reasons: [] });
    await store.hold('parse', false);
    await until(
      () => workers?.status()[0]?.lastConsumedAt,
      (at) => at !== null,
    );
  });

  test('when it is opened anew while it works, then what it works on is given back, and no more run than it has slots', async () => {
    const [first, second] = [item(), item()];
    let running = 0;
    let most = 0;
    const reasons: unknown[] = [];
    const handle: Handle = async ({ jobId }, signal) => {
      running += 1;
      most = Math.max(most, running);
      if (jobId === first.jobId) await untilAborted(signal);
      reasons.push(signal.reason);
      running -= 1;
      return jobId === first.jobId ? { kind: 'yielded' } : succeeded;
    };
    const told = start(goDeaf(app.engine), handle);
    await app.producer.addBulk([first]);
    await until(
      () => running,
      (count) => count === 1,
    );
    await app.producer.addBulk([second]);
    await until(
      () => store.look('parse', deliveryId(second)),
      ({ state }) => state === 'completed',
    );
    expect(told).toEqual({ recreated: 1, reasons: [] });
    expect([reasons[0], most]).toEqual([expect.any(Shutdown), 1]);
    expect(await store.look('parse', deliveryId(first))).toMatchObject({ state: 'completed', value: { kind: 'yielded' } });
  });

  // Not the engine's business, and long: one is enough, and this one is always there.
  if (name === 'redis' && !isDeepRun()) return;

  test('when it takes nothing after it was opened anew twice, then it is given up; where nobody hears that, it is opened again', async () => {
    await app.producer.addBulk([item()]);
    const deaf = deafen(app.engine, { times: 4 });
    const told = start(deaf.engine);
    await until(
      () => told.reasons.length,
      (count) => count > 0,
    );
    expect(told.reasons[0]).toBe('after 2: the worker for parse takes nothing, also after it was opened anew');
    expect(deaf.opened()).toBe(3);
    await workers?.close({ graceMs: 0 });
    workers = startWorkers({ engine: deaf.engine, types: ['parse'], handle: async () => succeeded, logger: silentLogger });
    await until(
      () => workers?.status()[0]?.lastConsumedAt,
      (at) => at !== null,
    );
    expect(deaf.opened()).toBe(5);
  });

  test('when nothing helps, then the process says so in one line at level error and ends with 1', async () => {
    const deaf = runProcess({ module: 'packages/queue/src/testing/deaf-app-under-test.ts', args: [store.url] });
    expect(await deaf.exited).toEqual({ code: 1, signal: null });
    const told = deaf.logs().map(({ level, message, renewal, reason }) => [level, message, renewal ?? reason]);
    expect(told).toEqual([
      ['warn', 'the worker takes nothing and is opened anew', 1],
      ['warn', 'the worker takes nothing and is opened anew', 2],
      ['error', 'the process gives up and ends', expect.stringContaining('parse')],
    ]);
  });
});
