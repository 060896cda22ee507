import type { DispatchItem, JobMoves } from '@otklik/contracts';
import { type Clock, type Logger, QueueError, toAppError } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from './background-loop.ts';
import { type QueueEpoch, type QueueMemory, makeCheckEpoch } from './check-epoch.ts';
import { makeFindLost } from './find-lost.ts';

/** Bounds of one round: it must never hold the database or the queue for long. */
const LIMIT = 500;

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
  readonly timing?: RepairTiming;
};

/** What a round repaired, by kind; for the log and the metrics. */
export type Repairs = Readonly<
  Record<'lostWorkers' | 'forcedCancels' | 'expired' | 'deadlines' | 'settled' | 'epochRequeued' | 'absentRequeued', number>
>;

/**
 * One round of the reconciler: gives every non-terminal job that lost its mover a new one (moves 13 to 18). With the
 * queue down it repairs what PostgreSQL alone can tell.
 */
export const makeReconcileJobs = ({ jobs, epoch, queue, newId, logger, timing = defaultRepairTiming }: Deps) => {
  const checkEpoch = makeCheckEpoch({ jobs, epoch, queue, newId, logger });
  const findLost = makeFindLost({ jobs, queue, lookUpAfterMs: timing.lookUpAfterMs, limit: LIMIT });

  const repairQueue = async (): Promise<Pick<Repairs, 'epochRequeued' | 'absentRequeued'>> => {
    try {
      return { epochRequeued: await checkEpoch(), absentRequeued: await findLost() };
    } catch (thrown) {
      if (!(thrown instanceof QueueError)) throw thrown;
      logger.debug('queue not reachable, its repairs wait', { error: toAppError(thrown) });
      return { epochRequeued: 0, absentRequeued: 0 };
    }
  };

  return async (): Promise<Repairs> => {
    const lostWorkers = await jobs.reclaimLost({ staleAfterMs: timing.lostAfterMs, limit: LIMIT });
    const forcedCancels = await jobs.forceCancels({
      graceMs: timing.cancelGraceMs,
      staleAfterMs: timing.lostAfterMs,
      limit: LIMIT,
    });
    const expired = await jobs.expireNotStarted({ limit: LIMIT });
    const deadlines = await jobs.passDeadlines({ limit: LIMIT });
    const settled = await jobs.settleBlocked({ limit: LIMIT });
    return { lostWorkers, forcedCancels, expired, deadlines, settled, ...(await repairQueue()) };
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

export const createReconciler = ({ withLock, dispatcher, clock, intervalMs = 5_000, ...deps }: LoopDeps): BackgroundLoop => {
  const reconcile = makeReconcileJobs(deps);
  const round = async (): Promise<void> => {
    const repairs = await reconcile();
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
