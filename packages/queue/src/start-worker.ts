import { jobRegistry, type JobType } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';
import { closeExit } from './close-exit.ts';
import { createDeliveries, type Deliveries, type Handle } from './deliveries.ts';
import { openPersistently } from './open-persistently.ts';
import type { QueueEngine } from './queue-engine.ts';

export type StartWorkerOptions = {
  readonly engine: QueueEngine;
  /** Deliveries at once. Default: the registry's. */
  readonly concurrency: number | undefined;
  readonly handle: Handle;
  readonly logger: Logger;
  readonly workerName: string;
};

/** What one worker is doing. */
export type WorkerStatus = {
  readonly type: JobType;
  /** Connected and taking deliveries. */
  readonly isOpen: boolean;
  /** Deliveries at once. */
  readonly concurrency: number;
  readonly active: number;
  /** When a delivery last began or ended here, in ms since the epoch; null before the first. */
  readonly lastConsumedAt: number | null;
};

/** One worker for one type. */
export const startWorker = (type: JobType, options: StartWorkerOptions) => {
  const { engine, handle, logger } = options;
  let concurrency = options.concurrency ?? jobRegistry[type].concurrency;
  const startedAt = Date.now();
  let lastConsumedAt: number | null = null;
  const onProgress = (): void => {
    lastConsumedAt = Date.now();
  };
  const deliveries = createDeliveries({ type, handle, logger, onProgress });
  const exit = openExit(type, { ...options, deliveries, concurrency: () => concurrency });
  const looksIdle = (): boolean =>
    deliveries.active() < concurrency && Date.now() - (lastConsumedAt ?? startedAt) > engine.timing.idleSuspicionMs;

  return {
    type,
    setConcurrency: (wanted: number): void => {
      concurrency = wanted;
      exit.current()?.setConcurrency(wanted);
    },
    status: (): WorkerStatus => ({
      type,
      isOpen: exit.current() !== undefined,
      concurrency,
      active: deliveries.active(),
      lastConsumedAt,
    }),
    isConsuming: async (): Promise<boolean> => {
      if (exit.current() === undefined) return false;
      return !looksIdle() || (await waitingIn(engine, type)) === 0;
    },
    close: async (graceMs: number, abortGraceMs: number): Promise<void> => {
      exit.stop();
      const open = exit.current();
      if (open !== undefined) await closeExit({ exit: open, deliveries, graceMs, abortGraceMs, onError: engine.noteError });
    },
  };
};

type ExitInput = Omit<StartWorkerOptions, 'concurrency'> & { readonly deliveries: Deliveries; readonly concurrency: () => number };

const openExit = (type: JobType, { engine, workerName, deliveries, concurrency }: ExitInput) =>
  openPersistently({
    open: async () => {
      const opened = await engine.openExit(type, {
        concurrency: concurrency(),
        workerName,
        process: deliveries.process,
        onLockLost: deliveries.fence,
        onError: engine.noteError,
      });
      // It may have been changed while this was opening.
      opened.setConcurrency(concurrency());
      return opened;
    },
    close: (late) => late.close(),
    onError: engine.noteError,
    retryDelayMs: engine.timing.retryDelayMs,
  });

const waitingIn = (engine: QueueEngine, type: JobType): Promise<number> =>
  engine.ask(async () => {
    const entrance = await engine.openEntrance(type);
    try {
      return (await entrance.counts()).waiting;
    } finally {
      await entrance.close();
    }
  });
