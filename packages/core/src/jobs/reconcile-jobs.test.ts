import { describe, expect, test } from '@jest/globals';
import type { JobState, RepairedJobs } from '@otklik/contracts';
import { DatabaseError, type Metrics, QueueError, createMetrics, newId, noMetrics, silentLogger } from '@otklik/shared';
import { createJobMetrics } from './job-metrics.ts';
import { makeReconcileJobs } from './reconcile-jobs.ts';

const slow = new DatabaseError('DB_TIMEOUT', 'too slow');

type Failing = { readonly settle?: boolean; readonly queue?: boolean };

/** Every repair finds one job, unless it is told to fail. */
const reconcile = (failing: Failing, seen: string[] = [], metrics: Metrics = noMetrics) => {
  const one = (name: string) => async (): Promise<number> => {
    seen.push(name);
    return 1;
  };
  const ending = (name: string, state: JobState) => async (): Promise<RepairedJobs> => ({
    count: await one(name)(),
    ended: [{ type: 'parse', state }],
  });
  const item = { jobId: newId(), generation: 1, type: 'parse', priority: 'normal' } as const;
  return makeReconcileJobs({
    jobs: {
      reclaimLost: ending('lost', 'failed'),
      forceCancels: ending('cancels', 'cancelled'),
      expireNotStarted: ending('expired', 'timed_out'),
      passDeadlines: ending('deadlines', 'timed_out'),
      settleBlocked: async ({ after }) => {
        seen.push(`settle after ${String(after)}`);
        if (failing.settle === true) throw slow;
        return { count: 1, ended: [{ type: 'export', state: 'cancelled' }], last: 'place' };
      },
      requeueAllDispatched: one('epoch'),
      listDispatched: async () => [item],
      requeueLost: one('absent'),
    },
    epoch: { read: async () => ({ epoch: 'old', now: new Date(0) }), write: async () => undefined },
    queue: {
      readEpoch: async () => {
        if (failing.queue === true) throw new QueueError('away');
        return null;
      },
      writeEpoch: async () => undefined,
      findAbsent: async (items) => items,
    },
    newId,
    logger: silentLogger,
    metrics: createJobMetrics(metrics),
  });
};

describe('a round of repairs', () => {
  test('when one repair fails, then all others are made, and the failure is told at the end', async () => {
    const seen: string[] = [];
    await expect(reconcile({ settle: true }, seen)()).rejects.toBe(slow);
    expect(seen).toEqual(['lost', 'cancels', 'expired', 'deadlines', 'settle after null', 'epoch', 'absent']);
  });

  test('when the queue is away, then what PostgreSQL alone can tell is repaired and the round succeeds', async () => {
    expect(await reconcile({ queue: true })()).toMatchObject({ lostWorkers: 1, settled: 1, epochRequeued: 0 });
  });

  test('when a repair ends jobs, then they count as ended like those that a worker ended', async () => {
    const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
    await reconcile({}, [], metrics)();
    const lines = (await metrics.expose()).text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'otklik_jobs_finished_total{type="parse",state="failed"} 1',
        'otklik_jobs_finished_total{type="parse",state="timed_out"} 2',
        'otklik_jobs_finished_total{type="parse",state="cancelled"} 1',
        'otklik_jobs_finished_total{type="export",state="cancelled"} 1',
        'otklik_jobs_poisoned_total{type="parse"} 1',
      ]),
    );
  });

  test('when there are more blocked jobs than one round looks at, then the next round goes on behind them', async () => {
    const seen: string[] = [];
    const round = reconcile({}, seen);
    await round();
    await round();
    expect(seen.filter((name) => name.startsWith('settle'))).toEqual(['settle after null', 'settle after place']);
  });
});
