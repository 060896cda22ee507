import type { WorkerQueue, WorkerRegistry, WorkerReport } from '@otklik/contracts';
import { type Clock, type Logger, toAppError, withDeadline } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from '../jobs/background-loop.ts';

/** A stop is not held up by a database that does not answer: a row that stays is told as silent, and forgotten. */
const REMOVE_DEADLINE_MS = 1_000;

type Deps = {
  readonly registry: Pick<WorkerRegistry, 'report' | 'remove'>;
  readonly worker: Omit<WorkerReport, 'queues' | 'isDraining'>;
  readonly queues: () => readonly WorkerQueue[];
  readonly isDraining: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default 5 s. */
  readonly intervalMs?: number;
};

/**
 * Tells the others every few seconds that this worker is there and what it does, and takes it back at the end. A failure
 * is logged once per outage and hurts nobody.
 */
export const createWorkerReporter = ({ registry, worker, queues, isDraining, clock, logger, intervalMs = 5_000 }: Deps): BackgroundLoop => {
  const loop = createBackgroundLoop({
    name: 'worker report',
    round: async () => {
      await registry.report({ ...worker, queues: queues(), isDraining: isDraining() });
      return false;
    },
    intervalMs,
    clock,
    logger,
  });
  return {
    ...loop,
    stop: async () => {
      await loop.stop();
      await withDeadline(registry.remove(worker.id), REMOVE_DEADLINE_MS).catch((thrown: unknown) => {
        logger.debug('the worker stays listed', { error: toAppError(thrown) });
      });
    },
  };
};
