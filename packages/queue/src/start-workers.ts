import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { JobType } from '@otklik/contracts';
import type { GiveUp, Logger } from '@otklik/shared';
import type { Handle } from './deliveries.ts';
import { openOnUse } from './open-on-use.ts';
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
  /** Told when a worker took nothing for `idleSuspicionMs`, although it could have, and is opened anew. */
  readonly onRecreated?: (type: JobType) => void;
  /** Told when it takes nothing after that either. Default: it is opened anew again and again. */
  readonly giveUp?: GiveUp;
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
   * Takes nothing new from now on, waits for active deliveries at most `graceMs`, then aborts them with Shutdown and
   * gives them `abortGraceMs`, then cuts the connections. Ends whatever the store and the handlers do; never rejects.
   */
  close(options: { readonly graceMs: number }): Promise<void>;
};

/** Starts one worker per type. Returns at once: a store that is absent is used when it comes. */
export const startWorkers = (options: StartWorkersOptions): Workers => {
  const { engine, types, concurrency, handle, logger, onRecreated = () => undefined, giveUp } = options;
  const workerName = options.workerName ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const common = { engine, handle, logger, workerName, onRecreated, giveUp };
  const entrances = openOnUse({ open: (type) => engine.openEntrance(type) });
  const hasBacklog = (type: JobType): Promise<boolean> =>
    engine.ask(async () => {
      const entrance = await entrances.get(type);
      return (await entrance.counts()).waiting > 0 && !(await entrance.isPaused());
    });
  const workers = types.map((type) =>
    startWorker(type, { ...common, concurrency: concurrency?.[type], hasBacklog: () => hasBacklog(type) }),
  );

  return {
    workerName,
    status: () => workers.map((worker) => worker.status()),
    setConcurrency: (type, wanted) => {
      for (const worker of workers) if (worker.type === type) worker.setConcurrency(wanted);
    },
    close: async ({ graceMs }) => {
      await Promise.all(workers.map((worker) => worker.close(graceMs)));
      // A queue object has nothing to say good-bye to; where the store is silent it may take its time.
      void entrances.close();
    },
  };
};
