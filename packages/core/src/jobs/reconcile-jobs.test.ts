import { describe, expect, test } from '@jest/globals';
import type { JobState, RepairedJobs } from '@otklik/contracts';
import {
  DatabaseError,
  type Metrics,
  QueueError,
  createMetrics,
  newId,
  createManualClock,
  noMetrics,
  silentLogger,
  systemClock,
} from '@otklik/shared';
import { createJobMetrics } from './job-metrics.ts';
import { makeReconcileJobs } from './reconcile-jobs.ts';
import { type SilenceJudge, createSilenceJudge } from './silence-judge.ts';

const slow = new DatabaseError('DB_TIMEOUT', 'too slow');

type Failing = {
  readonly settle?: boolean;
  readonly queue?: boolean;
  /** The lead is lost after so many steps. */
  readonly leadsUntil?: number;
  /** So many batches of lost workers are full. */
  readonly fullBatches?: number;
  /** Statements about jobs fail. */
  readonly jobs?: boolean;
  /** There is a second page of blocked jobs. */
  readonly isLong?: boolean;
};

type Around = { readonly metrics?: Metrics; readonly judge?: SilenceJudge };

const sure: SilenceJudge = { waitMs: () => 0, doubt: () => undefined };

/** Every repair finds one job, unless it is told to fail. */
const reconcile = (failing: Failing, seen: string[] = [], { metrics = noMetrics, judge = sure }: Around = {}) => {
  const one = (name: string) => async (): Promise<number> => {
    seen.push(name);
    if (failing.jobs === true) throw slow;
    return 1;
  };
  const ending = (name: string, state: JobState) => async (): Promise<RepairedJobs> => ({
    count: await one(name)(),
    ended: [{ type: 'parse', state }],
  });
  const item = { jobId: newId(), generation: 1, type: 'parse', priority: 'normal' } as const;
  const missing = [{ ...item, dispatchedAt: new Date(0) }];
  return makeReconcileJobs({
    jobs: {
      reclaimLost: async ({ limit }) => {
        const { count, ended } = await ending('lost', 'failed')();
        return { count: seen.length <= (failing.fullBatches ?? 0) ? limit : count, ended };
      },
      forceCancels: ending('cancels', 'cancelled'),
      expireNotStarted: ending('expired', 'timed_out'),
      passDeadlines: ending('deadlines', 'timed_out'),
      settleBlocked: async ({ after }) => {
        seen.push(`settle after ${String(after)}`);
        if (failing.settle === true) throw slow;
        return after === null
          ? { count: 1, ended: [{ type: 'export', state: 'cancelled' }], last: failing.isLong === true ? 'place' : null }
          : { count: 0, ended: [], last: null };
      },
      wakeMissedTokenWaits: one('token waits'),
      requeueAllDispatched: one('epoch'),
      listDispatched: async () => missing.splice(0),
      requeueLost: one('absent'),
      findOrphans: async (items) => items,
    },
    epoch: { read: async () => ({ epoch: 'old', now: new Date(0) }), write: async () => undefined },
    queue: {
      readEpoch: async () => {
        if (failing.queue === true) throw new QueueError('away');
        return null;
      },
      writeEpoch: async () => undefined,
      findAbsent: async (items) => items,
      resume: async () => false,
      listWaiting: async (type) => ({ items: type === 'parse' ? [{ ...item, type }] : [], size: 1 }),
      removeWaiting: async () => {
        seen.push('orphans');
      },
    },
    leadership: { isLeader: () => failing.leadsUntil === undefined || seen.length < failing.leadsUntil },
    judge,
    newId,
    clock: systemClock,
    logger: silentLogger,
    metrics: createJobMetrics(metrics),
  });
};

describe('a round of repairs', () => {
  test('when one repair fails, then all others are made, and the failure is told at the end', async () => {
    const seen: string[] = [];
    await expect(reconcile({ settle: true }, seen)()).rejects.toBe(slow);
    expect(seen).toEqual(['lost', 'cancels', 'expired', 'deadlines', 'settle after null', 'token waits', 'epoch', 'absent', 'orphans']);
  });

  test('when the lead is lost in the middle, then no further step is made', async () => {
    const seen: string[] = [];
    await reconcile({ leadsUntil: 2 }, seen)();
    expect(seen).toEqual(['lost', 'cancels']);
  });

  test('when there is more to repair than one batch holds, then the next batch comes at once and in the same round', async () => {
    const seen: string[] = [];
    const { repairs, hasMore } = await reconcile({ fullBatches: 3 }, seen)();
    expect(seen.filter((name) => name === 'lost')).toHaveLength(4);
    expect({ lostWorkers: repairs.lostWorkers, hasMore }).toEqual({ lostWorkers: 1_501, hasMore: false });
  });

  test('every repair is counted by its kind, and a step that failed as well', async () => {
    const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
    await expect(reconcile({ settle: true }, [], { metrics })()).rejects.toBe(slow);
    const lines = (await metrics.expose()).text.split('\n');
    const kinds = [
      'lostWorkers',
      'forcedCancels',
      'expired',
      'deadlines',
      'tokenWaits',
      'epochRequeued',
      'absentRequeued',
      'orphansRemoved',
    ];
    expect(lines).toEqual(expect.arrayContaining(kinds.map((kind) => `otklik_reconciler_repairs_total{kind="${kind}"} 1`)));
    expect(lines).toEqual(
      expect.arrayContaining([
        'otklik_reconciler_repairs_total{kind="settled"} 0',
        'otklik_reconciler_failures_total{kind="settled"} 1',
        'otklik_reconciler_last_round_timestamp_seconds 0',
      ]),
    );
  });

  test('when the queue is away, then what PostgreSQL alone can tell is repaired and the round succeeds', async () => {
    expect((await reconcile({ queue: true })()).repairs).toMatchObject({ lostWorkers: 1, settled: 1, epochRequeued: 0 });
  });

  test('when a repair ends jobs, then they count as ended like those that a worker ended', async () => {
    const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
    await reconcile({}, [], { metrics })();
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

  test('when a page of blocked jobs held forgotten ones, then the next page is looked at in the same round', async () => {
    const seen: string[] = [];
    await reconcile({ isLong: true }, seen)();
    expect(seen.filter((name) => name.startsWith('settle'))).toEqual(['settle after null', 'settle after place']);
  });

  test('when the database has not answered for long, or statements about jobs failed of late, then nobody is judged by his silence', async () => {
    const clock = createManualClock();
    let answersForMs = 9_999;
    const judge = createSilenceJudge({ answersForMs: () => answersForMs, judgeAfterMs: 10_000, clock });
    const judged = async (failing: Failing = {}): Promise<readonly string[]> => {
      const seen: string[] = [];
      await reconcile(failing, seen, { judge })().catch(() => undefined);
      expect(seen).toContain('deadlines');
      return seen.filter((name) => name === 'lost' || name === 'cancels');
    };
    expect(await judged()).toEqual([]);
    answersForMs = 60_000;
    expect(await judged()).toEqual(['lost', 'cancels']);
    await judged({ jobs: true });
    await clock.advance(9_999);
    expect(await judged()).toEqual([]);
    await clock.advance(1);
    expect(await judged()).toEqual(['lost', 'cancels']);
    // A slow look at blocked jobs says nothing about heartbeats, and must not stop repairs for ever.
    await judged({ settle: true });
    expect(await judged()).toEqual(['lost', 'cancels']);
  });
});
