import { type JobMoves, type LeaseRef, type LeaseState, type Progress, fitProgress } from '@otklik/contracts';
import { type Clock, toAppError } from '@otklik/shared';
import type { DatabaseOutage } from './database-outage.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'heartbeat'>;
  readonly clock: Clock;
  readonly outage: Pick<DatabaseOutage, 'failed' | 'answered'>;
  /** A heartbeat is written when nothing else was for so long. */
  readonly heartbeatMs: number;
  /** Progress is written at most this often. */
  readonly progressMs: number;
};

export type LeaseKeeper = {
  /** The last one before the next write wins. */
  report(progress: Progress): void;
  /** Writes what is pending no more; resolves when no write is on its way. */
  stop(): Promise<void>;
};

/**
 * Keeps an attempt alive in the database from its start to its recorded end, and hands every answer to `heed`. A database that
 * doesn't answer is asked again: whether the lease is lost is for the database alone to say.
 */
export const makeStartLeaseKeeper =
  ({ jobs, clock, outage, heartbeatMs, progressMs }: Deps) =>
  (lease: LeaseRef, heed: (state: LeaseState) => void): LeaseKeeper => {
    let isStopping = false;
    let pending: Progress | undefined;
    let lastWriteAt = clock.now();
    let writing: Promise<void> = Promise.resolve();

    const write = async (): Promise<void> => {
      const progress = pending;
      pending = undefined;
      lastWriteAt = clock.now();
      try {
        const state = await jobs.heartbeat(lease, progress);
        outage.answered();
        heed(state);
      } catch (thrown) {
        pending ??= progress;
        outage.failed(toAppError(thrown));
      }
    };

    // A timer and nothing else: most attempts end before the first look.
    const look = async (): Promise<void> => {
      const isDue = pending !== undefined || clock.now() - lastWriteAt >= heartbeatMs;
      if (isDue) await write();
      if (!isStopping) lookLater();
    };
    let cancel = (): void => undefined;
    const lookLater = (): void => {
      cancel = clock.after(progressMs, () => {
        writing = look();
      });
    };
    lookLater();

    return {
      report: (progress) => {
        pending = fitProgress(progress);
      },
      stop: () => {
        isStopping = true;
        cancel();
        return writing;
      },
    };
  };
