import type { JobMoves } from '@otklik/contracts';
import { type Clock, DatabaseError, type Logger } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from './background-loop.ts';
import { type QueueEpoch, type QueueMemory, makeCheckEpoch } from './check-epoch.ts';
import { type Failpoint, noFailpoints } from './failpoints.ts';
import { type QueueRows, makeFindLost } from './find-lost.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { SilenceJudge } from './silence-judge.ts';
import { type QueueShelves, makeRemoveOrphans } from './remove-orphans.ts';
import { type RepairBatch, type RepairRound, type RepairStep, makeRunSteps, repairOf } from './repair-steps.ts';

/** Rows of one statement: it must never hold the database for long. A step repeats it while there are more. */
const LIMIT = 500;
/** At most 2,000 rows of a type sit in the queue, so all of them are looked up again within half a minute. */
const LOOK_UP_LIMIT = 1_000;
const SETTLE_LIMIT = 2_000;
/** Of each type: all of the queue is looked through in four rounds. */
const ORPHAN_LIMIT = 500;

/** Times after which something counts as lost. */
export type RepairTiming = {
  /** Heartbeat older than this: the worker is gone. Lock duration + 2 × stalled interval. */
  readonly lostAfterMs: number;
  /** A cancel that no worker answered. */
  readonly cancelGraceMs: number;
  /** A job dispatched and not started for longer is looked up in the queue; long enough for adding it. */
  readonly lookUpAfterMs: number;
  /**
   * The database has to have answered for so long before silence counts: longer than any worker needs to be heard after it
   * came back, with a heartbeat on a connection that died without a word (5 s), a new one (2 s) and the next one (3 s). Shorter
   * than `lostAfterMs`, or the lost are found late.
   */
  readonly judgeAfterMs: number;
};

export const defaultRepairTiming: RepairTiming = {
  lostAfterMs: 20_000,
  cancelGraceMs: 30_000,
  lookUpAfterMs: 5_000,
  judgeAfterMs: 10_000,
};

type Deps = {
  readonly jobs: Pick<
    JobMoves,
    | 'reclaimLost'
    | 'forceCancels'
    | 'expireNotStarted'
    | 'passDeadlines'
    | 'settleBlocked'
    | 'wakeMissedTokenWaits'
    | 'requeueLost'
    | 'requeueAllDispatched'
    | 'listDispatched'
    | 'findOrphans'
  >;
  readonly epoch: QueueEpoch;
  readonly queue: QueueMemory & QueueRows & QueueShelves;
  /** Who may act: one process at a time. */
  readonly leadership: { isLeader(): boolean };
  /** Whether the silence of a worker means that it is gone. */
  readonly judge: SilenceJudge;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Pick<JobMetrics, 'repaired' | 'repairFailed' | 'roundFinished' | 'closed'>;
  readonly timing?: RepairTiming;
  readonly failpoint?: Failpoint;
};

/**
 * One round of the reconciler: gives every non-terminal job that lost its mover a new one (moves 8b and 13 to 18), and takes out
 * of the queue what belongs to no job. With the queue down it repairs what PostgreSQL alone can tell.
 */
export const makeReconcileJobs = (deps: Deps): (() => Promise<RepairRound>) =>
  makeRunSteps({ ...deps, isLeader: () => deps.leadership.isLeader(), steps: stepsOf(deps) });

const stepsOf = (deps: Deps): readonly RepairStep[] => {
  const { jobs, epoch, queue, newId, logger, metrics, failpoint = noFailpoints } = deps;
  const { whenSure, watched } = makeGuards(deps.judge);
  const { lostAfterMs, cancelGraceMs, lookUpAfterMs } = deps.timing ?? defaultRepairTiming;
  const limit = LIMIT;
  const reclaim = repairOf(() => jobs.reclaimLost({ staleAfterMs: lostAfterMs, limit }), limit, metrics);
  const force = repairOf(() => jobs.forceCancels({ graceMs: cancelGraceMs, staleAfterMs: lostAfterMs, limit }), limit, metrics);
  return [
    {
      kind: 'lostWorkers',
      repair: whenSure(async () => {
        const batch = await reclaim();
        if (batch.count > 0) failpoint('after-lost-worker-repair');
        return batch;
      }),
    },
    { kind: 'forcedCancels', repair: whenSure(force) },
    { kind: 'expired', repair: watched(repairOf(() => jobs.expireNotStarted({ limit }), limit, metrics)) },
    { kind: 'deadlines', repair: watched(repairOf(() => jobs.passDeadlines({ limit }), limit, metrics)) },
    { kind: 'settled', repair: makeSettleBlocked({ jobs, ...(metrics && { metrics }) }) },
    {
      kind: 'tokenWaits',
      repair: watched(repairOf(async () => ({ count: await jobs.wakeMissedTokenWaits({ limit }), ended: [] }), limit)),
    },
    { kind: 'epochRequeued', repair: makeCheckEpoch({ jobs, epoch, queue, newId, logger, failpoint }) },
    { kind: 'absentRequeued', repair: makeFindLost({ jobs, queue, lookUpAfterMs, limit: LOOK_UP_LIMIT }) },
    { kind: 'orphansRemoved', repair: makeRemoveOrphans({ jobs, queue, logger, limit: ORPHAN_LIMIT }) },
  ];
};

const NOTHING: RepairBatch = { count: 0, hasMore: false };

/** `watched`: while quick statements about jobs fail, heartbeats do as well. `whenSure`: and nobody is judged by them. */
const makeGuards = (judge: SilenceJudge) => {
  const watched = (repair: RepairStep['repair']) => async (): Promise<RepairBatch> => {
    try {
      return await repair();
    } catch (thrown) {
      if (thrown instanceof DatabaseError) judge.doubt();
      throw thrown;
    }
  };
  const whenSure = (repair: RepairStep['repair']) => watched(async () => (judge.waitMs() > 0 ? NOTHING : repair()));
  return { watched, whenSure };
};

type SettleDeps = { readonly jobs: Pick<JobMoves, 'settleBlocked'>; readonly metrics?: Pick<JobMetrics, 'closed'> };

/** Looks through the blocked rows, a page each round: what made them ready should have released them in the same transaction. */
const makeSettleBlocked = ({ jobs, metrics }: SettleDeps) => {
  let after: string | null = null;
  return async (): Promise<RepairBatch> => {
    const { last, count, ended } = await jobs.settleBlocked({ limit: SETTLE_LIMIT, after });
    after = last;
    metrics?.closed(ended);
    // Where some were forgotten there may be more; a page that is in order need not hurry the next one.
    return { count, hasMore: count > 0 && last !== null };
  };
};

type LoopDeps = Deps & {
  readonly dispatcher: { nudge(): void };
  /** Default 5 s. */
  readonly intervalMs?: number;
};

/** Repairs at an interval, and without a pause while there is more to repair, in the process that leads. */
export const createReconciler = ({ dispatcher, intervalMs = 5_000, ...deps }: LoopDeps): BackgroundLoop => {
  const reconcile = makeReconcileJobs(deps);
  return createBackgroundLoop({
    name: 'reconciler',
    round: async () => {
      if (!deps.leadership.isLeader()) return null;
      const { repairs, hasMore } = await reconcile();
      if (Object.values(repairs).some((count) => count > 0)) {
        deps.logger.warn('jobs repaired', { ...repairs });
        dispatcher.nudge();
      }
      return hasMore;
    },
    intervalMs,
    clock: deps.clock,
    logger: deps.logger,
  });
};
