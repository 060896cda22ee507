import { jobRegistry, type JobType } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';
import { closeExit } from './close-exit.ts';
import { createDeliveries, type Deliveries, type Handle } from './deliveries.ts';
import { openPersistently } from './open-persistently.ts';
import type { QueueEngine } from './queue-engine.ts';
import { watchConsumption } from './watch-consumption.ts';

export type StartWorkerOptions = {
  readonly engine: QueueEngine;
  /** Deliveries at once. Default: the registry's. */
  readonly concurrency: number | undefined;
  readonly handle: Handle;
  readonly logger: Logger;
  readonly workerName: string;
  /** Deliveries wait that could be taken. Rejects while the queue can't be asked. */
  readonly hasBacklog: () => Promise<boolean>;
  /** Told when it took nothing for long and is opened anew. */
  readonly onRecreated: (type: JobType) => void;
  /** Told when even that did not help; undefined: it is opened anew again and again. */
  readonly giveUp: ((reason: string) => void) | undefined;
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
  let lastConsumedAt: number | null = null;
  const onProgress = (): void => {
    lastConsumedAt = Date.now();
  };
  const deliveries = createDeliveries({ type, handle, logger, maxRecording: () => concurrency, onProgress });
  const exit = openExit(type, { ...options, deliveries, concurrency: () => concurrency });
  const { renew, close } = makeEnds({ exit, deliveries, engine });
  const watch = watchConsumption({
    type,
    hasRoom: () => deliveries.active() < concurrency,
    taken: deliveries.taken,
    hasBacklog: options.hasBacklog,
    renew: async () => {
      options.onRecreated(type);
      await renew();
    },
    giveUp: options.giveUp,
    suspicionMs: engine.timing.idleSuspicionMs,
    logger,
  });

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
    close: async (graceMs: number): Promise<void> => {
      watch.stop();
      await close(graceMs);
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

type EndInput = {
  readonly exit: ReturnType<typeof openExit>;
  readonly deliveries: Deliveries;
  readonly engine: QueueEngine;
};

/** The two ends of what is open: one with a new beginning, and the last one. */
const makeEnds = ({ exit, deliveries, engine: { timing, noteError } }: EndInput) => {
  let renewing: Promise<void> = Promise.resolve();
  let isClosed = false;
  const end = async (why: string, graceMs: number): Promise<void> => {
    const open = exit.stop();
    const { abortGraceMs } = timing;
    if (open !== undefined) await closeExit({ exit: open, deliveries, graceMs, abortGraceMs, why, onError: noteError });
  };
  const renew = async (): Promise<void> => {
    // What it works on is given back: beside a new worker it would take more slots than there are.
    await end('The worker is opened anew.', 0);
    if (!isClosed) exit.start();
  };

  return {
    renew: (): Promise<void> => (renewing = renew()),
    close: async (graceMs: number): Promise<void> => {
      isClosed = true;
      await renewing;
      await end('The worker is going down.', graceMs);
    },
  };
};
