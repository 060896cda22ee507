import type { DispatchItem, JobMoves, RepairedJobs } from '@otklik/contracts';
import { type Clock, type Logger, QueueError, toAppError } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from './background-loop.ts';
import { type QueueEpoch, type QueueMemory, makeCheckEpoch } from './check-epoch.ts';
import type { JobMetrics, Repairs } from './job-metrics.ts';
import { makeFindLost } from './find-lost.ts';

/** Bounds of one round: it must never hold the database or the queue for long. */
const LIMIT = 500;
/** At most 2,000 rows of a type sit in the queue, so all of them are looked up within half a minute. */
const LOOK_UP_LIMIT = 1_000;

/** Times after which something counts as lost. */
export type RepairTiming = {
  /** Heartbeat older than this: the worker is gone. Lock duration + 2 × stalled interval. */
  readonly lostAfterMs: number;
  /** A cancel that no worker answered. */
  readonly cancelGraceMs: number;
  /** A job dispatched and not started for longer is looked up in the queue. */
  readonly lookUpAfterMs: number;
};

export const defaultRepairTiming: RepairTiming = { lostAfterMs: 20_000, cancelGraceMs: 30_000, lookUpAfterMs: 15_000 };

type Deps = {
  readonly jobs: Pick<
    JobMoves,
    | 'reclaimLost'
    | 'forceCancels'
    | 'expireNotStarted'
    | 'passDeadlines'
    | 'settleBlocked'
    | 'requeueLost'
    | 'requeueAllDispatched'
    | 'listDispatched'
  >;
  readonly epoch: QueueEpoch;
  readonly queue: QueueMemory & { findAbsent(items: readonly DispatchItem[]): Promise<readonly DispatchItem[]> };
  readonly newId: () => string;
  readonly logger: Logger;
  readonly metrics?: Pick<JobMetrics, 'repaired' | 'closed'>;
  readonly timing?: RepairTiming;
};

/**
 * One round of the reconciler: gives every non-terminal job that lost its mover a new one (moves 13 to 18). With the
 * queue down it repairs what PostgreSQL alone can tell.
 */
export const makeReconcileJobs = ({ jobs, epoch, queue, newId, logger, metrics, timing = defaultRepairTiming }: Deps) => {
  const checkEpoch = makeCheckEpoch({ jobs, epoch, queue, newId, logger });
  const findLost = makeFindLost({ jobs, queue, lookUpAfterMs: timing.lookUpAfterMs, limit: LOOK_UP_LIMIT });
  const settleBlocked = makeSettleBlocked({ jobs });

  return async (): Promise<Repairs> => {
    const { lostAfterMs, cancelGraceMs } = timing;
    const steps = createSteps(logger);
    const takeRepair = (name: string, repair: () => Promise<RepairedJobs>): Promise<number> =>
      steps.take(name, async () => {
        const { count, ended } = await repair();
        metrics?.closed(ended);
        return count;
      });
    const lostWorkers = await takeRepair('lost workers', () => jobs.reclaimLost({ staleAfterMs: lostAfterMs, limit: LIMIT }));
    const forcedCancels = await takeRepair('forced cancels', () =>
      jobs.forceCancels({ graceMs: cancelGraceMs, staleAfterMs: lostAfterMs, limit: LIMIT }),
    );
    const expired = await takeRepair('expired', () => jobs.expireNotStarted({ limit: LIMIT }));
    const deadlines = await takeRepair('deadlines', () => jobs.passDeadlines({ limit: LIMIT }));
    const settled = await takeRepair('settled', settleBlocked);
    const epochRequeued = await steps.take('epoch', checkEpoch);
    const absentRequeued = await steps.take('absent', findLost);
    steps.end();
    return { lostWorkers, forcedCancels, expired, deadlines, settled, epochRequeued, absentRequeued };
  };
};

/** Steps that stand for themselves: one that fails must not keep the others from their repairs. */
const createSteps = (logger: Logger) => {
  let failed: unknown;
  return {
    take: async (name: string, step: () => Promise<number>): Promise<number> => {
      try {
        return await step();
      } catch (thrown) {
        // The queue's repairs wait for the queue; that it is away is known elsewhere.
        if (thrown instanceof QueueError) logger.debug('queue not reachable, its repairs wait', { step: name, error: toAppError(thrown) });
        else failed ??= thrown;
        return 0;
      }
    },
    /** Throws the first failure, for the loop to log and to wait a while. */
    end: (): void => {
      if (failed !== undefined) throw toAppError(failed);
    },
  };
};

const SETTLE_LIMIT = 2_000;

/** Looks through the blocked rows, a page each round: what made them ready should have released them in the same transaction. */
const makeSettleBlocked = ({ jobs }: { readonly jobs: Pick<JobMoves, 'settleBlocked'> }) => {
  let after: string | null = null;
  return async (): Promise<RepairedJobs> => {
    const { last, ...settled } = await jobs.settleBlocked({ limit: SETTLE_LIMIT, after });
    after = last;
    return settled;
  };
};

type LoopDeps = Deps & {
  /** Runs the round in one process at a time; the others skip it. */
  readonly withLock: (round: () => Promise<void>) => Promise<void>;
  readonly dispatcher: { nudge(): void };
  readonly clock: Clock;
  /** Default 5 s. */
  readonly intervalMs?: number;
};

/** Repairs at an interval, in one process at a time. */
export const createReconciler = ({ withLock, dispatcher, clock, intervalMs = 5_000, ...deps }: LoopDeps): BackgroundLoop => {
  const reconcile = makeReconcileJobs(deps);
  const round = async (): Promise<void> => {
    const repairs = await reconcile();
    deps.metrics?.repaired(repairs);
    if (Object.values(repairs).every((count) => count === 0)) return;
    deps.logger.warn('jobs repaired', { ...repairs });
    dispatcher.nudge();
  };
  return createBackgroundLoop({
    name: 'reconciler',
    round: async () => {
      await withLock(round);
      return false;
    },
    intervalMs,
    clock,
    logger: deps.logger,
  });
};
