import { UnrecoverableError, type Job, type Worker } from 'bullmq';
import type { QueueExit, QueueExitOptions } from './queue-engine.ts';
import type { QueueTiming } from './queue-timing.ts';

/** BullMQ's own limit of re-deliveries after stalls. Generous: the row's `starts` decide what is poison. */
const MAX_STALLED_COUNT = 5;

/**
 * Finished deliveries are kept for people to look at, within bounds: BullMQ keeps everything by default. The worker says it,
 * not each delivery: there it would be stored and read with every one. By number alone: looking for old ones costs Redis a
 * tenth of what a delivery does, and how many there are is what fills its memory.
 */
export const KEEP_COMPLETED = { count: 1_000 };
export const KEEP_FAILED = { count: 5_000 };

/** What both backends of BullMQ have in common. */
export type BullWorker = Pick<Worker, 'run' | 'close' | 'pause' | 'resume' | 'concurrency'> & {
  on(event: 'lockRenewalFailed', listener: (ids: string[]) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  getBackend(): { close(force?: boolean): Promise<void> };
};

/** Options of a worker on any store. */
export const workerOptions = (timing: QueueTiming, { concurrency, workerName }: QueueExitOptions) => ({
  name: workerName,
  concurrency,
  autorun: false,
  lockDuration: timing.lockDurationMs,
  stalledInterval: timing.stalledIntervalMs,
  maxStalledCount: MAX_STALLED_COUNT,
  drainDelay: timing.drainDelayMs / 1_000,
  runRetryDelay: timing.retryDelayMs,
  removeOnComplete: KEEP_COMPLETED,
  removeOnFail: KEEP_FAILED,
});

/** How BullMQ calls us, and how it learns of a failure: only by a throw does its board show one. */
export const createProcessor =
  ({ process }: QueueExitOptions) =>
  async (job: Job): Promise<unknown> => {
    const end = await process({ id: job.id ?? '', data: job.data, isAgain: job.stalledCounter > 0 });
    if ('failure' in end) throw new UnrecoverableError(end.failure);
    return end.value;
  };

/** Starts the worker; on Redis it waits for its connections by itself. `release` gives back what it stood on. */
export const createExit = (worker: BullWorker, { onError, onLockLost }: QueueExitOptions, release: () => void): QueueExit => {
  let isCut = false;
  const report = (error: Error): void => {
    // What it says after its connections were cut is about that.
    if (!isCut) onError(error);
  };
  worker.on('lockRenewalFailed', onLockLost);
  worker.on('error', report);
  worker.run().catch(report);
  return {
    setConcurrency: (concurrency) => {
      worker.concurrency = concurrency;
      wake(worker);
    },
    close: async () => {
      await worker.close();
      release();
    },
    cut: async () => {
      isCut = true;
      release();
      await worker.getBackend().close(true);
    },
  };
};

/**
 * BullMQ looks at its concurrency when a delivery ends, which with long ones is long after there was room for more. Resuming
 * makes it look; both calls act before anything else gets a turn, so that it never is paused.
 */
const wake = (worker: BullWorker): void => {
  void worker.pause(true);
  void worker.resume();
};
