import type { RepairedJobs } from '@otklik/contracts';
import { type AppError, type Clock, type Logger, QueueError, toAppError } from '@otklik/shared';
import type { JobMetrics, RepairKind, Repairs } from './job-metrics.ts';

/** What one bounded batch repaired, and whether another one would find more at once. */
export type RepairBatch = { readonly count: number; readonly hasMore: boolean };

export type RepairStep = { readonly kind: RepairKind; readonly repair: () => Promise<RepairBatch> };

/** What a round did. */
export type RepairRound = {
  readonly repairs: Repairs;
  /** A step ran out of its time: the next round must not wait for its turn. */
  readonly hasMore: boolean;
};

/** One step may not keep the others waiting for longer. A batch in hand is ended by the limits of its statements. */
const STEP_MS = 2_000;

type Deps = {
  readonly steps: readonly RepairStep[];
  /** Asked before each batch: whoever lost the lead stops at once. */
  readonly isLeader: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics?: Pick<JobMetrics, 'repaired' | 'repairFailed' | 'roundFinished'>;
};

/**
 * Runs the steps one after the other, each batch by batch until it finds no more or its time is over. One that fails
 * does not keep the others from their repairs; its failure is thrown at the end, where nothing else waits to be done, and else
 * logged once for as long as it lasts.
 */
export const makeRunSteps = ({ steps, isLeader, clock, logger, metrics }: Deps): (() => Promise<RepairRound>) => {
  let isTold = false;
  /** Thrown it would keep the others waiting; it must be heard of all the same. */
  const tell = (failed: Failed | undefined): void => {
    if (failed !== undefined && !isTold) logger.warn('a repair failed while others have more to do', failed);
    isTold = failed !== undefined;
  };

  return async () => {
    const repairs = noRepairs();
    let hasMore = false;
    let failed: Failed | undefined;
    for (const { kind, repair } of steps) {
      if (!isLeader()) break;
      const until = clock.now() + STEP_MS;
      try {
        let batch: RepairBatch;
        do {
          batch = await repair();
          repairs[kind] += batch.count;
          metrics?.repaired(kind, batch.count);
        } while (batch.hasMore && isLeader() && clock.now() < until);
        hasMore ||= batch.hasMore;
      } catch (thrown) {
        metrics?.repairFailed(kind);
        const failure = { step: kind, error: toAppError(thrown) };
        // The queue's repairs wait for the queue; that it is away is known elsewhere.
        if (thrown instanceof QueueError) logger.debug('queue not reachable, its repairs wait', failure);
        else failed ??= failure;
      }
    }
    if (failed !== undefined && !hasMore) throw failed.error;
    tell(failed);
    if (failed === undefined && isLeader()) metrics?.roundFinished();
    return { repairs, hasMore };
  };
};

type Failed = { readonly step: RepairKind; readonly error: AppError };

const noRepairs = (): Record<RepairKind, number> => ({
  lostWorkers: 0,
  forcedCancels: 0,
  expired: 0,
  deadlines: 0,
  settled: 0,
  tokenWaits: 0,
  epochRequeued: 0,
  absentRequeued: 0,
  orphansRemoved: 0,
});

/** A repair by PostgreSQL alone: a full batch means that there may be more. */
export const repairOf =
  (move: () => Promise<RepairedJobs>, limit: number, metrics?: Pick<JobMetrics, 'closed'>) => async (): Promise<RepairBatch> => {
    const { count, ended } = await move();
    metrics?.closed(ended);
    return { count, hasMore: count >= limit };
  };
