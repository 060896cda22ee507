import { checkKeyring, createRunningAttempts, lookAnew } from '@otklik/core';
import { openDatabase } from '@otklik/db';
import { type QueueEngine, checkQueueStore, createQueueEngine } from '@otklik/queue';
import { createScope, noMetrics, serveOperations, sweepTempFiles } from '@otklik/shared';
import type { WorkerConfig } from './config.ts';
import type { Parts, WorkerOptions } from './parts.ts';
import { makeReadiness } from './readiness.ts';
import { startAttempts } from './start-attempts.ts';
import { startMovers } from './start-movers.ts';
import { startReporter } from './start-reporter.ts';
import { startSignals } from './start-signals.ts';
import { tellWork } from './worker-metrics.ts';

/** What connections get to be closed: stores that are frozen do not answer to a good-bye. */
const CLOSING_MS = 4_000;

export type RunningWorker = {
  readonly name: string;
  /** Takes nothing new, lets attempts reach their next safe point, gives back what isn't done, and closes everything. */
  close(): Promise<void>;
};

/** Starts everything a worker process does: attempts, dispatching, repairs. Nothing has to be reachable yet. */
export const startWorker = async (config: WorkerConfig, options: WorkerOptions): Promise<RunningWorker> => {
  const { logger } = options;
  const scope = createScope({ logger, withinMs: CLOSING_MS });
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
    await checkKeyring({ tokens: db.vkTokens, keyring: config.keyring, logger });
    await lookAnew({ tokens: db.vkTokens, logger });
    await sweepTempFiles({ dir: config.exportDir });
    return await run({ config, options, scope, db, engine });
  } catch (thrown) {
    await scope.close();
    throw thrown;
  }
};

const run = async (parts: Parts): Promise<RunningWorker> => {
  const { config, options, scope, db } = parts;
  const shutdown = new AbortController();
  const { dispatcher, judge } = startMovers(parts);
  const running = createRunningAttempts();
  const workers = startAttempts({ ...parts, dispatcher, judge, running, shutdown: shutdown.signal });
  const { logger, metrics = noMetrics } = options;
  const reporter = startReporter({ ...parts, workers, isDraining: () => shutdown.signal.aborted });
  startSignals({ ...parts, dispatcher, reporter, workers, running });
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

const openEngine = ({ queue }: WorkerConfig, { logger, queueTiming }: WorkerOptions): QueueEngine =>
  createQueueEngine({ queueUrl: queue.url, prefix: queue.prefix, logger, ...(queueTiming && { timing: queueTiming }) });
