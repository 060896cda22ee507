import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createMetrics, noMetrics, silentLogger, systemClock } from '@otklik/shared';
import { type WorkersUnderTest, openWorkersUnderTest } from '../testing/workers-under-test.ts';
import type { OrderedWork } from './testing/program-under-test.ts';
import { type ThreadPool, openThreadPool } from './thread-pool.ts';

const PROGRAM = { file: new URL('./testing/program-under-test.ts', import.meta.url), name: 'obey' };
/** A job with this label is an endless loop. */
const STUCK = 'stuck';

let workers: WorkersUnderTest;
let pool: ThreadPool<OrderedWork, number>;
beforeEach(async () => {
  workers = await openWorkersUnderTest();
  pool = openThreadPool({ program: PROGRAM, threads: 1, memoryMb: 32, clock: systemClock, logger: silentLogger, metrics: noMetrics });
});
afterEach(async () => {
  await workers.close();
  await pool.close();
});

test('when an attempt is stuck in its thread, then its timeout ends both, the slot is free, and the next one has a thread of its own', async () => {
  const metrics = createMetrics({ service: 'test', version: '0', logger: silentLogger });
  await workers.start('w1', {
    metrics,
    types: ['export'],
    processors: (ours) => ({
      ...ours,
      export: async ({ job, signal }) => {
        const began = new Int32Array(new SharedArrayBuffer(4));
        const rows = await pool.run({ order: job.labels.includes(STUCK) ? 'spin' : 'answer', began }, signal);
        return {
          result: { exportId: 'exp_none', format: 'csv', rows, bytes: 0, sha256: '0'.repeat(64), fileName: 'a.csv' },
          outcome: 'complete',
        };
      },
    }),
  });
  const stuck = await workers.submit({ type: 'export', labels: [STUCK], timeoutMs: 1_000, maxAttempts: 1 });
  const next = await workers.submit({ type: 'export' });
  await workers.becomes(stuck, 'timed_out');
  await workers.becomes(next, 'succeeded');
  expect([await workers.ends(stuck), await workers.ends(next)]).toEqual([['timed_out'], ['succeeded']]);
  expect((await metrics.expose()).text).toMatch(/^otklik_attempts_abandoned_total\{.*type="export".*\} 0$/m);
});
