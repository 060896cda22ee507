import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { jobRegistry, type JobType } from '@otklik/contracts';
import { type Logger, Shutdown, systemClock, toAppError } from '@otklik/shared';
import { createDeliveries, type Deliveries, type Handle } from './deliveries.ts';
import type { QueueEngine, QueueExit } from './queue-engine.ts';
import { openPersistently } from './open-persistently.ts';

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

export type Workers = {
  readonly workerName: string;
  status(): readonly WorkerStatus[];
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
  const { engine, types, logger } = options;
  const workerName = options.workerName ?? `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const workers = types.map((type) => startWorker(type, { ...options, workerName }));

  return {
    workerName,
    status: () => workers.map((worker) => worker.status()),
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

const startWorker = (type: JobType, options: StartWorkersOptions & { readonly workerName: string }) => {
  const { engine, handle, logger, workerName } = options;
  const concurrency = options.concurrency?.[type] ?? jobRegistry[type].concurrency;
  const startedAt = Date.now();
  let lastConsumedAt: number | null = null;
  const onProgress = (): void => {
    lastConsumedAt = Date.now();
  };
  const deliveries = createDeliveries({ type, handle, logger, onProgress });
  const exit = openPersistently({
    open: () =>
      engine.openExit(type, {
        concurrency,
        workerName,
        process: deliveries.process,
        onLockLost: deliveries.fence,
        onError: engine.noteError,
      }),
    close: (late) => late.close(),
    onError: engine.noteError,
    retryDelayMs: engine.timing.retryDelayMs,
  });
  const looksIdle = (): boolean =>
    deliveries.active() < concurrency && Date.now() - (lastConsumedAt ?? startedAt) > engine.timing.idleSuspicionMs;

  return {
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

const waitingIn = (engine: QueueEngine, type: JobType): Promise<number> =>
  engine.ask(async () => {
    const entrance = await engine.openEntrance(type);
    try {
      return (await entrance.counts()).waiting;
    } finally {
      await entrance.close();
    }
  });

/** What a queue gets to record deliveries that have ended. */
const RECORD_MS = 2_000;
const CUT_MS = 1_000;

type CloseInput = {
  readonly exit: QueueExit;
  readonly deliveries: Deliveries;
  readonly graceMs: number;
  readonly abortGraceMs: number;
  readonly onError: (error: Error) => void;
};

/** BullMQ's close has no time limit, so ours runs beside it. */
const closeExit = async ({ exit, deliveries, graceMs, abortGraceMs, onError }: CloseInput): Promise<void> => {
  const report = (thrown: unknown): void => onError(toAppError(thrown));
  let isClosed = false;
  const closed = exit
    .close()
    .catch(report)
    .then(() => {
      isClosed = true;
    });
  /** Waits for what comes first: everything closed, the given, the time. */
  const within = async (ms: number, done?: Promise<void>): Promise<void> => {
    if (isClosed) return;
    const timer = new AbortController();
    const late = systemClock.sleep(ms, timer.signal).catch(() => undefined);
    await Promise.race([closed, late, ...(done === undefined ? [] : [done])]);
    timer.abort();
  };

  await within(graceMs, deliveries.idle());
  deliveries.abortAll(new Shutdown('The worker is going down.'));
  await within(abortGraceMs, deliveries.idle());
  await within(RECORD_MS);
  if (!isClosed) await within(CUT_MS, exit.cut().catch(report));
};
