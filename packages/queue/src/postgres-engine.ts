import { type JobType, jobRegistry, jobTypes } from '@otklik/contracts';
import { ConfigError, InternalError, type Logger, withDeadline } from '@otklik/shared';
import { createPostgresBackend, isPgPool, type PgPool, Queue, runMigrations, UnsupportedPostgresVersionError, Worker } from 'bullmq';
import { Pool } from 'pg';
import { createEntrance, queueOptions } from './bull-queue.ts';
import { createExit, createProcessor, workerOptions } from './bull-worker.ts';
import { createWindow } from './bull-window.ts';
import { createConnectionWatch } from './connection-watch.ts';
import { createEpochTable, readEpoch, writeEpoch } from './postgres-epoch.ts';
import { askQueue } from './queue-errors.ts';
import type { QueueEngine, QueueStoreFacts } from './queue-engine.ts';
import type { QueueTiming } from './queue-timing.ts';

/** BullMQ looks here, and nowhere else, when it is handed a pool. */
const SCHEMA = 'bullmq';
/** Each worker keeps one connection to listen on; the rest share what is left. */
const MIN_POOL = jobTypes.length + 2;
const CLOSE_DEADLINE_MS = 3_000;

type Options = {
  readonly queueUrl: string;
  readonly timing: QueueTiming;
  readonly logger: Logger;
  /** Connections of this process to the queue's database, all told. */
  readonly poolMax: number;
};

/** BullMQ on PostgreSQL, in the schema `bullmq`, on one bounded pool. Needs direct connections: LISTEN breaks in a pooler. */
export const createPostgresEngine = ({ queueUrl, timing, logger, poolMax }: Options): QueueEngine => {
  if (poolMax < MIN_POOL) throw new ConfigError(`The queue needs at least ${MIN_POOL} PostgreSQL connections, got ${poolMax}.`);
  const pool = openPool({ queueUrl, poolMax });
  const connection = asBullPool(pool);
  const watch = createConnectionWatch({ logger, probe: () => pool.query('SELECT 1') });
  pool.on('error', watch.note);
  // A connection in use reports its death to whoever waits for it and, between two statements, to nobody but this.
  pool.on('connect', (client) => client.on('error', watch.note));
  const workers = new Set<{ close: (force: boolean) => Promise<void> }>();
  const prepare = makePrepare(pool);
  const openQueue = async (type: JobType) => {
    await prepare();
    const queue = new Queue(jobRegistry[type].queue, { connection, ...queueOptions }, createPostgresBackend);
    queue.on('error', watch.note);
    await untilReady(queue);
    return queue;
  };
  const ask = <T>(call: () => Promise<T>): Promise<T> =>
    askQueue(async () => {
      await prepare();
      return call();
    }, timing.operationDeadlineMs);

  return {
    timing,
    ask,
    noteError: watch.note,
    assertQueueStore: () => ask(async () => undefined),
    readFacts: () => ask(() => readFacts(pool)),
    readEpoch: () => ask(() => readEpoch(pool)),
    writeEpoch: (epoch) => ask(() => writeEpoch(pool, epoch)),
    openEntrance: async (type) => createEntrance(await openQueue(type)),
    openWindow: async (type) => createWindow(await openQueue(type)),
    openExit: async (type, options) => {
      await prepare();
      const settings = { connection, ...workerOptions(timing, options) };
      const processor = createProcessor(options);
      const worker = new Worker(jobRegistry[type].queue, processor, settings, createPostgresBackend);
      worker.on('error', options.onError);
      await untilReady(worker);
      worker.off('error', options.onError);
      workers.add(worker);
      return createExit(worker, options, () => workers.delete(worker));
    },
    close: async () => {
      watch.stop();
      // A worker that is left without its pool asks it in a loop that nothing else gets a turn beside.
      for (const worker of workers) worker.close(true).catch(watch.note);
      // Waits for every connection that is in use, and PostgreSQL may be frozen.
      await withDeadline(pool.end(), CLOSE_DEADLINE_MS, 'Closing the queue').catch(watch.note);
    },
  };
};

/** Closes again what does not come up, or its connection would stay. */
const untilReady = async (opened: { waitUntilReady: () => Promise<unknown>; close: () => Promise<void> }): Promise<void> => {
  try {
    await opened.waitUntilReady();
  } catch (thrown) {
    await opened.close();
    throw thrown;
  }
};

const openPool = ({ queueUrl, poolMax }: Pick<Options, 'queueUrl' | 'poolMax'>): Pool => {
  const pool = new Pool({
    connectionString: queueUrl,
    max: poolMax,
    options: `-c search_path=${SCHEMA}`,
    application_name: 'otklik-queue',
    keepAlive: true,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 10_000,
    query_timeout: 12_000,
    idle_in_transaction_session_timeout: 10_000,
  });
  // One listener per queue and worker on top of ours; BullMQ leaves those of closed ones behind.
  pool.setMaxListeners(jobTypes.length * 8);
  return pool;
};

const readFacts = async (pool: Pool): Promise<QueueStoreFacts> => {
  const { rows } = await pool.query<{ version: string }>(`SELECT current_setting('server_version') AS version`);
  return { kind: 'postgres', version: rows[0]?.version ?? 'unknown', memory: null };
};

/** The types of node-postgres and of BullMQ's subset of it disagree about listeners; BullMQ's own guard decides. */
const asBullPool = (pool: unknown): PgPool => {
  if (!isPgPool(pool)) throw new InternalError('BullMQ does not take the pool of node-postgres');
  return pool;
};

/** Brings the schema into being once; a failure is tried again with the next call. */
const makePrepare = (pool: Pool): (() => Promise<void>) => {
  let prepared: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      await runMigrations(client, SCHEMA);
      await createEpochTable(client);
      client.release();
    } catch (thrown) {
      // It may still be inside of a transaction: the pool must not hand it out again.
      client.release(true);
      if (thrown instanceof UnsupportedPostgresVersionError)
        throw new ConfigError('The queue needs a newer PostgreSQL.', { cause: thrown });
      throw thrown;
    }
  };
  return () => {
    prepared ??= prepare().catch((thrown: unknown) => {
      prepared = undefined;
      throw thrown;
    });
    return prepared;
  };
};
