import { afterEach, describe, expect, test } from '@jest/globals';
import { JobCancelled, type Logger, createLogger, createMetrics, systemClock } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import type { OrderedWork } from './testing/program-under-test.ts';
import { type ThreadPool, openThreadPool } from './thread-pool.ts';

type Order = OrderedWork['order'];
const REASON = new JobCancelled('The job was cancelled.');
const FILE = new URL('./testing/program-under-test.ts', import.meta.url);

let pool: ThreadPool<OrderedWork, number>;
let lines: string[];
let metrics: ReturnType<typeof createMetrics>;
afterEach(() => pool.close());

const open = (threads: number, { file = FILE, idleMs = 60_000 } = {}): void => {
  lines = [];
  const logger: Logger = createLogger({ level: 'info', service: 'test', write: (line) => lines.push(line) });
  metrics = createMetrics({ service: 'test', version: '0', logger });
  pool = openThreadPool({ program: { file, name: 'obey' }, threads, memoryMb: 16, idleMs, clock: systemClock, logger, metrics });
};

type Ordered = { readonly answer: Promise<number>; readonly end: AbortController; readonly began: () => Promise<unknown> };

const order = (what: Order): Ordered => {
  const began = new Int32Array(new SharedArrayBuffer(4));
  const end = new AbortController();
  const answer = pool.run({ order: what, began }, end.signal);
  // Looked at later.
  answer.catch(() => undefined);
  return { answer, end, began: () => waitFor(() => Atomics.load(began, 0) === 1, { what: `${what} to begin` }) };
};
const count = async (series: string): Promise<number> => {
  const { text } = await metrics.expose();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(series))
      ?.split(' ')
      .at(-1) ?? Number.NaN,
  );
};
const terminated = (reason: string): Promise<number> => count(`otklik_worker_threads_terminated_total{reason="${reason}"`);

describe('work in a thread', () => {
  test('when it loops for ever and its signal aborts, then its thread is ended, and what waited goes on in a new one', async () => {
    open(1);
    const first = await order('answer').answer;
    const loop = order('spin');
    await loop.began();
    const next = order('answer');
    expect([await count('otklik_worker_threads_active'), await count('otklik_worker_threads_queued')]).toEqual([1, 1]);
    loop.end.abort(REASON);
    await expect(loop.answer).rejects.toBe(REASON);
    expect(await next.answer).not.toBe(first);
    expect([await count('otklik_worker_threads_active'), await count('otklik_worker_threads_queued')]).toEqual([0, 0]);
    expect([await terminated('ignored'), await terminated('died')]).toEqual([1, 0]);
    expect(lines.join('')).toContain('a thread was ended, its work ignored its signal');
  });

  test('when it stops by itself, then its thread lives on', async () => {
    open(1);
    const first = await order('answer').answer;
    const heeding = order('heed');
    await heeding.began();
    heeding.end.abort(REASON);
    await expect(heeding.answer).rejects.toBe(REASON);
    expect([await order('answer').answer, await terminated('ignored')]).toEqual([first, 0]);
  });

  test('when it wants more memory than it may have, then it fails, and nobody beside it notices', async () => {
    open(2);
    const neighbour = order('heed');
    await neighbour.began();
    await expect(order('hoard').answer).rejects.toMatchObject({ code: 'THREAD_MEMORY', retryable: true });
    expect(await order('answer').answer).toBeGreaterThan(0);
    expect([await count('otklik_worker_threads_active'), await terminated('memory')]).toEqual([1, 1]);
    neighbour.end.abort(REASON);
    await expect(neighbour.answer).rejects.toBe(REASON);
    expect(await terminated('ignored')).toBe(0);
  });

  test('when its thread exits, or it throws, then its job hears that, and the next one is served', async () => {
    open(1);
    await expect(order('exit').answer).rejects.toMatchObject({ code: 'THREAD', retryable: true });
    expect(await terminated('died')).toBe(1);
    await expect(order('fail').answer).rejects.toMatchObject({ code: 'INTERNAL', context: { error: 'RangeError', at: 'here' } });
    expect(await order('answer').answer).toBeGreaterThan(0);
  });

  test('when its signal aborts before it has a thread, then it is over at once and takes nobody’s place', async () => {
    open(1);
    const first = order('heed');
    await first.began();
    const [given, waiting] = [order('answer'), order('answer')];
    given.end.abort(REASON);
    await expect(given.answer).rejects.toBe(REASON);
    expect(await count('otklik_worker_threads_queued')).toBe(1);
    first.end.abort(REASON);
    expect(await waiting.answer).toBeGreaterThan(0);
  });

  test('when the program can’t be loaded, then nothing waits for ever in the pool, and no attempt is spent by it', async () => {
    open(1, { file: new URL('./testing/none-at-all.ts', import.meta.url) });
    for (let tried = 0; tried < 2; tried += 1)
      await expect(order('answer').answer).rejects.toMatchObject({ code: 'MUST_WAIT', kind: 'capacity' });
    expect(lines.join('')).toContain('a thread could not be used');
  });

  test('when there is none for a while, then the thread ends', async () => {
    open(1, { idleMs: 20 });
    const first = await order('answer').answer;
    await waitFor(async () => (await order('answer').answer) !== first, { everyMs: 100, what: 'another thread' });
    expect([await terminated('ignored'), await terminated('died')]).toEqual([0, 0]);
  });

  test('when the worker goes down, then no work holds it up, and what it did is told why', async () => {
    open(1);
    const loop = order('spin');
    await loop.began();
    const waiting = order('answer');
    await pool.close();
    for (const { answer } of [loop, waiting]) await expect(answer).rejects.toMatchObject({ code: 'SHUTDOWN' });
  });
});
