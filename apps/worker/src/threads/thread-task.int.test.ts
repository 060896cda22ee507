import { afterAll, expect, test } from '@jest/globals';
import { silentLogger, systemClock } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { Piscina } from 'piscina';
import type { OrderedWork } from './testing/program-under-test.ts';
import { type TaskPool, makeRunTask } from './thread-task.ts';

const pool: TaskPool<OrderedWork, number> = new Piscina({
  filename: new URL('./testing/program-under-test.ts', import.meta.url).href,
  name: 'obey',
  minThreads: 0,
  maxThreads: 1,
});
afterAll(() => pool.destroy());

test('when a thread dies that had no work, then the work of the others begins again without having cost an attempt', async () => {
  const { signal } = new AbortController();
  const metrics = { ended: () => undefined, terminated: () => undefined };
  const run = makeRunTask({ pool, closing: signal, clock: systemClock, logger: silentLogger, metrics });
  const began = new Int32Array(new SharedArrayBuffer(4));
  const heeding = run({ order: 'heed', began }, signal);
  heeding.catch(() => undefined);
  await waitFor(() => Atomics.load(began, 0) === 1);
  pool.emit('error', new Error('as Piscina tells of a thread without work'));
  await expect(heeding).rejects.toMatchObject({ code: 'MUST_WAIT', kind: 'capacity' });
  expect(await run({ order: 'answer', began }, signal)).toBeGreaterThan(0);
});
