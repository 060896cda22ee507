import { describe, expect, test } from '@jest/globals';
import type { WorkerReport } from '@otklik/contracts';
import { DatabaseError, createLogger, systemClock } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { createWorkerReporter } from './report-worker.ts';

const worker = { id: '1', name: 'w1', host: 'h', pid: 1, version: '1' };

const startReporter = (report: () => Promise<void>) => {
  const lines: string[] = [];
  const seen: WorkerReport[] = [];
  const removed: string[] = [];
  let isDraining = false;
  const reporter = createWorkerReporter({
    registry: {
      report: async (one) => {
        seen.push(one);
        await report();
      },
      remove: async (id) => void removed.push(id),
    },
    worker,
    queues: () => [{ type: 'parse', concurrency: 2, active: 1, idleMs: null }],
    isDraining: () => isDraining,
    clock: systemClock,
    logger: createLogger({ level: 'info', service: 'test', write: (line) => void lines.push(line) }),
    intervalMs: 5,
  });
  reporter.start();
  return { reporter, lines, seen, removed, drain: () => (isDraining = true) };
};

describe('what a worker tells about itself', () => {
  test('when it drains and stops, then it says so, and is taken off the list', async () => {
    const { reporter, seen, removed, drain } = startReporter(async () => undefined);
    await waitFor(() => seen.length > 2);
    expect(seen.at(0)).toEqual({ ...worker, queues: [{ type: 'parse', concurrency: 2, active: 1, idleMs: null }], isDraining: false });
    drain();
    await waitFor(() => seen.at(-1)?.isDraining === true);
    expect(removed).toEqual([]);
    await reporter.stop();
    expect(removed).toEqual(['1']);
  });

  test('when nobody takes its reports, then that is told once, and it goes on trying', async () => {
    const { reporter, seen, lines } = startReporter(() => Promise.reject(new DatabaseError('DB_UNAVAILABLE', 'away')));
    await waitFor(() => seen.length > 3);
    await reporter.stop();
    expect(lines.filter((line) => line.includes('"warn"'))).toHaveLength(1);
  });
});
