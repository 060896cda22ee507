import {
  type Failpoint,
  createDispatcher,
  createDispatchMetrics,
  checkKeyring,
  makeAuthenticate,
  makeSteerQueues,
  wakeDispatcher,
} from '@otklik/core';
import { type Database, openDatabase } from '@otklik/db';
import { type QueueEngine, type QueueTiming, checkQueueStore, createProducer, createQueueEngine } from '@otklik/queue';
import {
  type Cache,
  type Logger,
  type Metrics,
  type Pacing,
  type Scope,
  createScope,
  noMetrics,
  openCache,
  openPacing,
  pingRedis,
  serveOperations,
  systemClock,
} from '@otklik/shared';
import { type ApiConfig, DEFAULT_PROBE } from './config.ts';
import { openAdmin } from './http/board/open-admin.ts';
import { createApp } from './http/create-app.ts';
import { type ReadHealth, makeReadHealth } from './http/health/read-health.ts';
import { listen } from './http/listen.ts';
import { makeReadJobAnswer } from './http/read-job-answer.ts';
import type { Route } from './http/route.ts';
import { makeReadiness } from './http/routes/health.routes.ts';
import { tellQueues } from './http/queue-metrics.ts';
import { tellQueueStore } from './http/queue-store-metrics.ts';
import { makeWaitForChange } from './http/wait-for-change.ts';
import { makeRoutes } from './make-routes.ts';
import { type WallCheckConfig, openWallCheck } from './open-wall-check.ts';

const CLOSE_GRACE_MS = 10_000;

/** What tests and the standalone command may change; production leaves it alone. */
export type ApiOptions = {
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  /** That of another part of the same process, which closes it: with one token they must share it. Default: one of its own. */
  readonly pacing?: Pacing;
  readonly queueTiming?: Partial<QueueTiming>;
  readonly failpoint?: Failpoint;
};

export type RunningApi = {
  /** Without a slash at the end. */
  readonly url: string;
  /** Every route that is served. */
  readonly routes: readonly Route[];
  /** Turns unready, lets answers in progress end, closes everything. */
  close(): Promise<void>;
};

type Parts = { readonly config: ApiConfig; readonly options: ApiOptions; readonly scope: Scope; readonly db: Database };

/** Starts an API process: HTTP and a dispatcher. Neither database nor queue has to be reachable yet. */
export const startApi = async (config: ApiConfig, options: ApiOptions): Promise<RunningApi> => {
  const { logger } = options;
  const scope = createScope({ logger });
  try {
    const db = scope.use(
      'postgres',
      openDatabase({ ...config.database, name: 'otklik-api', logger, ...(options.metrics && { metrics: options.metrics }) }),
      (it) => it.close(),
    );
    await checkKeyring({ tokens: db.vkTokens, keyring: config.keyring, logger });
    return await serve({ config, options, scope, db });
  } catch (thrown) {
    await scope.close();
    throw thrown;
  }
};

const serve = async (parts: Parts): Promise<RunningApi> => {
  const { config, options, scope, db } = parts;
  const { logger } = options;
  const draining = new AbortController();
  const metrics = options.metrics ?? noMetrics;
  const readiness = makeReadiness({ pendingMigrations: db.pendingMigrations, isDraining: () => draining.signal.aborted });
  const cache = scope.use('cache', openCache({ url: config.cache?.url, prefix: config.queue.prefix, logger, metrics }), (it) => it.close());
  const engine = await openEngine(parts);
  tellQueueStore({ metrics, engine, logger });
  const dispatcher = startDispatcher({ ...parts, engine });
  wakeDispatcher({ signals: db.signals, dispatcher });
  db.signals.start();
  const steerQueues = makeSteerQueues({ pauses: db.queuePauses, settings: db.queueSettings, dispatcher, logger });
  const readJobAnswer = makeReadJobAnswer({ jobs: db.jobs, cache });
  const readHealth = openHealth({ ...parts, engine, isDraining: () => draining.signal.aborted });
  const waitForChange = makeWaitForChange({ readJobAnswer, clock: systemClock, draining: draining.signal });
  const served = { dispatcher, readiness, readHealth, steerQueues, waitForChange, cache, metrics, failpoint: options.failpoint };
  const { exportDir, jobs: jobDefaults, keyring, vk = DEFAULT_PROBE } = config;
  const pacing = options.pacing ?? openOwnPacing(parts);
  const walls = config.wallCheck && openWalls(parts, { check: config.wallCheck, cache, pacing });
  const routes = makeRoutes({ db, exportDir, jobDefaults, keyring, vk: { ...vk, pacing }, walls, logger, ...served });
  tellQueues({ metrics, queueDepths: db.queueDepths, pauses: db.queuePauses, workers: db.workers });
  const authenticate = makeAuthenticate({ keys: db.keys, cache });
  const admin = await openAdmin({
    ...config.board,
    engine,
    scope,
    authenticate,
    readJobAnswer,
    steerQueues,
    pauses: db.queuePauses,
    logger,
  });
  const app = createApp({ routes, authenticate, logger, metrics, ...(admin && { admin }) });
  // Opened before the door and closed after it: while requests in flight end, it tells that no more shall come.
  const operations =
    config.operations &&
    scope.use('operations', await serveOperations({ ...config.operations, readiness, metrics, logger }), (it) => it.close());
  const http = scope.use('http', await listen(app, config.http), (it) => it.close(CLOSE_GRACE_MS));
  logger.info('api started', { url: http.url, databaseConnections: db.maxConnections, ...(operations && { operations: operations.url }) });
  return {
    url: http.url,
    routes,
    close: async () => {
      draining.abort();
      await systemClock.sleep(config.drainDelayMs ?? 0);
      await scope.close();
      logger.info('api stopped');
    },
  };
};

const openOwnPacing = ({ config: { cache, queue }, options: { logger }, scope }: Parts): Pacing =>
  scope.use('pacing', openPacing({ url: cache?.url, prefix: queue.prefix, logger }), (it) => it.close());

type WallParts = { readonly check: WallCheckConfig; readonly cache: Cache; readonly pacing: Pacing };

const openWalls = ({ config, options: { logger }, scope, db }: Parts, { check, cache, pacing }: WallParts) =>
  openWallCheck({
    config: check,
    keyring: config.keyring,
    db,
    cache,
    pacing,
    scope,
    logger,
  });

type HealthParts = Parts & { readonly engine: QueueEngine; readonly isDraining: () => boolean };

const openHealth = ({ config, db, engine, isDraining }: HealthParts): ReadHealth => {
  const cacheUrl = config.cache?.url;
  return makeReadHealth({
    databaseVersion: db.version,
    pendingMigrations: db.pendingMigrations,
    queueFacts: engine.readFacts,
    pingCache: cacheUrl === undefined ? undefined : () => pingRedis(cacheUrl),
    queueDepths: db.queueDepths,
    pauses: db.queuePauses,
    workers: db.workers,
    isDraining,
  });
};

const openEngine = async ({ config, options, scope }: Parts): Promise<QueueEngine> => {
  const { logger, queueTiming } = options;
  const { url: queueUrl, prefix } = config.queue;
  const engine = scope.use('queue', createQueueEngine({ queueUrl, prefix, logger, ...(queueTiming && { timing: queueTiming }) }), (it) =>
    it.close(),
  );
  await checkQueueStore({ engine, logger });
  return engine;
};

/** The API dispatches too: a job needs no worker process to reach the queue, and reaches it at once. */
const startDispatcher = ({ options, scope, db, engine }: Parts & { readonly engine: QueueEngine }) => {
  const { logger, metrics, failpoint } = options;
  const producer = scope.use('producer', createProducer({ engine }), (it) => it.close());
  const dispatcher = createDispatcher({
    jobs: db.mover,
    queue: producer,
    clock: systemClock,
    logger,
    metrics: createDispatchMetrics(metrics ?? noMetrics),
    ...(failpoint && { failpoint }),
  });
  scope.use('dispatcher', dispatcher, (it) => it.stop()).start();
  return dispatcher;
};
