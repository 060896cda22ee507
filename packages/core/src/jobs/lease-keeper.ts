import { type JobMoves, type LeaseRef, type LeaseState, type Progress, fitProgress } from '@otklik/contracts';
import { type Clock, type Logger, toAppError } from '@otklik/shared';

type Deps = {
  readonly jobs: Pick<JobMoves, 'heartbeat'>;
  readonly clock: Clock;
  readonly logger: Logger;
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
 * Keeps an attempt alive in the database while the processor works, and hands every answer to `heed`. A database that
 * doesn't answer is logged and asked again: whether the lease is lost is for the database alone to say.
 */
export const makeStartLeaseKeeper =
  ({ jobs, clock, logger, heartbeatMs, progressMs }: Deps) =>
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
        heed(await jobs.heartbeat(lease, progress));
      } catch (thrown) {
        pending ??= progress;
        logger.warn('heartbeat was not written', { error: toAppError(thrown) });
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
