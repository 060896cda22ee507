import {
  createDispatcher,
  createJobMetrics,
  createReconciler,
  createWorkerReporter,
  defaultAttemptTiming,
  defaultRepairTiming,
  makeRunAttempt,
} from '@otklik/core';
import type { AttemptTiming, BackoffPolicy, Failpoint, RepairTiming } from '@otklik/core';
import { type Database, openDatabase } from '@otklik/db';
import {
  type QueueEngine,
  type QueueTiming,
  type Workers,
  checkQueueStore,
  createProducer,
  createQueueEngine,
  startWorkers,
} from '@otklik/queue';
import {
  type Logger,
  type Metrics,
  type Scope,
  VERSION,
  createLocalFileStore,
  createScope,
  newId,
  noMetrics,
  openCache,
  serveOperations,
  sweepTempFiles,
  systemClock,
} from '@otklik/shared';
import { type JobType, jobTypes } from '@otklik/contracts';
import type { WorkerConfig } from './config.ts';
import { hostname } from 'node:os';
import { hostAndPid } from './host-and-pid.ts';
import { makeReadiness } from './readiness.ts';
import { tellWork } from './worker-metrics.ts';
import { makeProcessors } from './processors.ts';

/** What tests and the standalone command may change; production leaves it alone. */
export type WorkerOptions = {
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  readonly attemptTiming?: AttemptTiming;
  readonly repairTiming?: RepairTiming;
  readonly queueTiming?: Partial<QueueTiming>;
  readonly backoff?: BackoffPolicy;
  readonly failpoint?: Failpoint;
  readonly reconcileEveryMs?: number;
};

export type RunningWorker = {
  readonly name: string;
  /** Takes nothing new, lets attempts reach their next safe point, gives back what isn't done, and closes everything. */
  close(): Promise<void>;
};

/** Starts everything a worker process does: attempts, dispatching, repairs. Nothing has to be reachable yet. */
export const startWorker = async (config: WorkerConfig, options: WorkerOptions): Promise<RunningWorker> => {
  const { logger } = options;
  const scope = createScope({ logger });
  try {
    const db = scope.use(
      'postgres',
      openDatabase({
        ...config.database,
        name: 'otklik-worker',
        process: 'worker',
        logger,
        ...(options.metrics && { metrics: options.metrics }),
      }),
      (it) => it.close(),
    );
    const engine = scope.use('queue', openEngine(config, options), (it) => it.close());
    await checkQueueStore({ engine, logger });
    await sweepTempFiles({ dir: config.exportDir });
    return await run({ config, options, scope, db, engine });
  } catch (thrown) {
    await scope.close();
    throw thrown;
  }
};

type Parts = {
  readonly config: WorkerConfig;
  readonly options: WorkerOptions;
  readonly scope: Scope;
  readonly db: Database;
  readonly engine: QueueEngine;
};

const run = async (parts: Parts): Promise<RunningWorker> => {
  const { config, options, scope, db } = parts;
  const shutdown = new AbortController();
  const dispatcher = startMovers(parts);
  const workers = startAttempts({ ...parts, dispatcher, shutdown: shutdown.signal });
  const { logger, metrics = noMetrics } = options;
  const reporter = startReporter({ ...parts, workers, isDraining: () => shutdown.signal.aborted });
  tellWork({ metrics, workers, isDraining: () => shutdown.signal.aborted });
  const readiness = makeReadiness({ pendingMigrations: db.pendingMigrations, workers, isDraining: () => shutdown.signal.aborted });
  const operations =
    config.operations &&
    scope.use('operations', await serveOperations({ ...config.operations, readiness, metrics, logger }), (it) => it.close());
  logger.info('worker started', {
    worker: workers.workerName,
    queues: config.types,
    databaseConnections: db.maxConnections,
    ...(operations && { operations: operations.url }),
  });

  const close = async (): Promise<void> => {
    // Attempts see this at their next safe point and give their turn back; the rest is aborted after the grace.
    shutdown.abort();
    reporter.nudge();
    await workers.close({ graceMs: config.shutdownGraceMs });
    await scope.close();
    logger.info('worker stopped', { worker: workers.workerName });
  };
  let closing: Promise<void> | undefined;
  return { name: workers.workerName, close: () => (closing ??= close()) };
};

type ReporterParts = Parts & { readonly workers: Workers; readonly isDraining: () => boolean };

/** Tells `GET /v1/workers` of this process. */
const startReporter = ({ options, scope, db, workers, isDraining }: ReporterParts) => {
  const reporter = createWorkerReporter({
    registry: db.workers,
    worker: { id: newId(), name: workers.workerName, host: hostname(), pid: process.pid, version: VERSION },
    queues: () =>
      workers.status().map(({ type, concurrency, active, lastConsumedAt }) => ({
        type,
        concurrency,
        active,
        idleMs: lastConsumedAt === null ? null : Date.now() - lastConsumedAt,
      })),
    isDraining,
    clock: systemClock,
    logger: options.logger,
  });
  scope.use('reporter', reporter, (it) => it.stop()).start();
  return reporter;
};

/** The dispatcher and the reconciler, on connections of their own. */
const startMovers = ({ options, scope, db, engine }: Parts) => {
  const { logger } = options;
  const metrics = createJobMetrics(options.metrics ?? noMetrics);
  const producer = scope.use('producer', createProducer({ engine }), (it) => it.close());
  const dispatcher = createDispatcher({
    jobs: db.mover,
    queue: producer,
    clock: systemClock,
    logger,
    metrics,
    ...(options.failpoint && { failpoint: options.failpoint }),
  });
  const reconciler = createReconciler({
    jobs: db.mover,
    epoch: db.queueEpoch,
    queue: producer,
    newId,
    withLock: db.withReconcilerLock,
    dispatcher,
    clock: systemClock,
    logger,
    metrics,
    timing: options.repairTiming ?? defaultRepairTiming,
    ...(options.reconcileEveryMs !== undefined && { intervalMs: options.reconcileEveryMs }),
  });
  scope.use('dispatcher', dispatcher, (it) => it.stop()).start();
  scope.use('reconciler', reconciler, (it) => it.stop()).start();
  return dispatcher;
};

type AttemptParts = Parts & { readonly dispatcher: { nudge(): void }; readonly shutdown: AbortSignal };

const startAttempts = ({ config, options, scope, db, engine, dispatcher, shutdown }: AttemptParts): Workers => {
  const { logger, metrics = noMetrics } = options;
  const files = createLocalFileStore({ dir: config.exportDir });
  const cache = scope.use('cache', openCache({ url: config.cache?.url, prefix: config.queue.prefix, logger, metrics }), (it) => it.close());
  const worker = config.name ?? `${hostAndPid()}-${newId().slice(-6)}`;
  const handle = makeRunAttempt({
    jobs: db.jobs,
    processors: makeProcessors({ config, db, files, cache, scope, logger, metrics }),
    dispatcher,
    worker,
    shutdown,
    clock: systemClock,
    logger,
    metrics: createJobMetrics(metrics),
    timing: options.attemptTiming ?? defaultAttemptTiming,
    ...(options.backoff && { backoff: options.backoff }),
  });
  return startWorkers({ engine, types: config.types, handle, logger, workerName: worker, concurrency: concurrencyOf(config) });
};

const openEngine = ({ queue }: WorkerConfig, { logger, queueTiming }: WorkerOptions): QueueEngine =>
  createQueueEngine({ queueUrl: queue.url, prefix: queue.prefix, logger, ...(queueTiming && { timing: queueTiming }) });

const concurrencyOf = ({ concurrency }: WorkerConfig): Partial<Record<JobType, number>> =>
  concurrency === undefined ? {} : Object.fromEntries(jobTypes.map((type) => [type, concurrency]));
