import type { JobMoves, LeaseRef, LeaseState, Progress } from '@otklik/contracts';
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
    const stopping = new AbortController();
    let pending: Progress | undefined;
    let lastWriteAt = clock.now();

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

    const run = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        await clock.sleep(progressMs, stopping.signal).catch(() => undefined);
        const isDue = pending !== undefined || clock.now() - lastWriteAt >= heartbeatMs;
        if (isDue && !stopping.signal.aborted) await write();
      }
    };
    const finished = run();

    return {
      report: (progress) => {
        pending = progress;
      },
      stop: async () => {
        stopping.abort();
        await finished;
      },
    };
  };
