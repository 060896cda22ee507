import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobType } from '@otklik/contracts';
import { type Logger, toAppError } from '@otklik/shared';
import type { Handle } from './deliveries.ts';
import type { QueueEngine } from './queue-engine.ts';
import { startWorker, type WorkerStatus } from './start-worker.ts';

export type StartWorkersOptions = {
  readonly engine: QueueEngine;
  /** Which queues this process serves; one worker each. */
  readonly types: readonly JobType[];
  /** Deliveries at once, per type. Default: the registry's. */
  readonly concurrency?: Partial<Record<JobType, number>>;
  readonly handle: Handle;
  readonly logger: Logger;
  /** Default: host, process id and a random part. */
  readonly workerName?: string;
};

export type Workers = {
  readonly workerName: string;
  status(): readonly WorkerStatus[];
  /**
   * Deliveries of a type at once from now on: more begin at once, fewer when enough have ended. A whole number from 1. Does
   * nothing for a type that this process does not serve.
   */
  setConcurrency(type: JobType, concurrency: number): void;
  /**
   * False when a queue has waiting deliveries and this process has free slots for it but took none for
   * `idleSuspicionMs`, or the queue can't be asked. A ping proves nothing: workers have been seen connected and deaf.
   */
  isConsuming(): Promise<boolean>;
  /**
   * Takes nothing new from now on, waits for active deliveries at most `graceMs`, then aborts them with Shutdown and
   * gives them `abortGraceMs`, then cuts the connections. Ends whatever the store and the handlers do; never rejects.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
};

/** Starts one worker per type. Returns at once: a store that is absent is used when it comes. */
export const startWorkers = (options: StartWorkersOptions): Workers => {
  const { engine, types, concurrency, handle, logger } = options;
  const workerName = options.workerName ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const workers = types.map((type) => startWorker(type, { engine, handle, logger, workerName, concurrency: concurrency?.[type] }));

  return {
    workerName,
    status: () => workers.map((worker) => worker.status()),
    setConcurrency: (type, wanted) => {
      for (const worker of workers) if (worker.type === type) worker.setConcurrency(wanted);
    },
    isConsuming: async () => {
      try {
        const proofs = await Promise.all(workers.map((worker) => worker.isConsuming()));
        return proofs.every(Boolean);
      } catch (thrown) {
        logger.debug('consumption not known', { error: toAppError(thrown) });
        return false;
      }
    },
    close: async ({ graceMs }) => {
      await Promise.all(workers.map((worker) => worker.close(graceMs, engine.timing.abortGraceMs)));
    },
  };
};
