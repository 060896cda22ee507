import { type NewJob, jobTypes } from '@otklik/contracts';
import { type AttemptTiming, type JobContext, type JobSuccess, defaultAttemptTiming } from '@otklik/core';
import { type Database, openDatabase } from '@otklik/db';
import { createScope, newId, noMetrics, silentLogger, systemClock } from '@otklik/shared';
import { type TestDatabase, aNewJob, aParseResult, createTestDatabase, makeTempDir, waitFor } from '@otklik/testing';
import type { WorkerConfig } from '../config.ts';
import type { WorkerOptions } from '../parts.ts';
import { type RunningWorker, startWorker } from '../start-worker.ts';

/** Nobody who heeds signals alone has to wait for a heartbeat. */
const NEVER_MS = 600_000;
const deaf: AttemptTiming = { ...defaultAttemptTiming, heartbeatMs: NEVER_MS, progressMs: 100, sliceMs: NEVER_MS };

export type WorkersUnderTest = {
  readonly db: Database;
  readonly database: TestDatabase;
  readonly workspaceId: string;
  /** A worker of this process, whose attempts hear of a cancel by a signal alone unless told otherwise, and do nothing but wait. */
  start(
    name: string,
    more?: Partial<WorkerConfig> &
      Pick<WorkerOptions, 'processors' | 'metrics'> & { readonly heartbeatMs?: number; readonly directUrl?: string },
  ): Promise<RunningWorker>;
  submit(given?: Partial<NewJob>): Promise<string>;
  /** Resolves when the job has this state. */
  becomes(id: string, state: string): Promise<void>;
  states(ids: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** How the attempts of a job ended. */
  ends(id: string): Promise<readonly string[]>;
  running(worker: string): Promise<readonly string[]>;
  close(): Promise<void>;
};

/** Workers on a database of their own, which also is their queue. */
export const openWorkersUnderTest = async (): Promise<WorkersUnderTest> => {
  const scope = createScope();
  const database = scope.use('database', await createTestDatabase(), (it) => it.drop());
  const exports = scope.use('exports', makeTempDir(), (it) => it.remove());
  const db = scope.use('db', openDatabase({ url: database.url, name: 'test', poolMax: 4, logger: silentLogger }), (it) => it.close());
  const { id: workspaceId } = await db.workspaces.ensure({ id: newId(), name: 'test' });

  return {
    db,
    database,
    workspaceId,
    start: async (name, more = {}) => {
      const { config, options } = settingsOf({ url: database.url, exportDir: exports.path, name, more });
      return scope.use(name, await startWorker(config, options), (it) => it.close());
    },
    submit: async (given = {}) => {
      const type = given.type ?? 'parse';
      const job = aNewJob({ type, payload: payloads[type], ...given });
      await db.jobs.submit({ workspaceId, jobs: [job], idempotency: null });
      return job.id;
    },
    ...makeLooks({ db, database, workspaceId }),
    close: () => scope.close(),
  };
};

type More = NonNullable<Parameters<WorkersUnderTest['start']>[1]>;
type Wanted = { readonly url: string; readonly exportDir: string; readonly name: string; readonly more: More };

const settingsOf = ({ url, exportDir, name, more }: Wanted): { readonly config: WorkerConfig; readonly options: WorkerOptions } => {
  const { heartbeatMs = NEVER_MS, directUrl, processors = () => idle, metrics = noMetrics, ...given } = more;
  return {
    options: {
      logger: silentLogger,
      attemptTiming: { ...deaf, heartbeatMs },
      processors,
      metrics,
      reconcileEveryMs: NEVER_MS,
    },
    config: {
      database: { url, poolMax: 4, ...(directUrl !== undefined && { directUrl }) },
      queue: { url, prefix: 'test' },
      exportDir,
      vk: { baseUrl: 'http://127.0.0.1:1', token: 'none', requestsPerSecond: 1 },
      types: jobTypes,
      concurrency: 1,
      name,
      shutdownGraceMs: 2_000,
      logLevel: 'error',
      ...given,
    },
  };
};

type Looks = Pick<WorkersUnderTest, 'becomes' | 'states' | 'ends' | 'running'>;

const makeLooks = ({ db, database, workspaceId }: Pick<WorkersUnderTest, 'db' | 'database' | 'workspaceId'>): Looks => {
  const stateOf = async (id: string): Promise<string | undefined> => (await db.jobs.get(workspaceId, id))?.state;
  const RUNNING = `SELECT job_id AS id FROM job_attempt WHERE worker = $1 AND "end" = 'running'`;
  return {
    becomes: async (id, state) => {
      await waitFor(async () => (await stateOf(id)) === state, { timeoutMs: 20_000, what: `${id} to be ${state}` });
    },
    states: (ids) => Promise.all(ids.map(stateOf)),
    ends: async (id) => ((await db.jobs.attempts(workspaceId, id, { after: null, limit: 50 })) ?? []).map(({ end }) => end),
    running: async (worker) => (await database.query<{ id: string }>(RUNNING, [worker])).map(({ id }) => id),
  };
};

/** A crawl with this label ends by itself, soon. */
export const BRIEF = 'brief';
const BRIEF_MS = 20;

const payloads = { parse: { target: { wall: '-1' } }, analyze: {}, export: { format: 'csv' } };

/** Work that never ends by itself, with a safe point now and then. An export has none. */
const wait = async ({ signal, checkpointReached }: Pick<JobContext, 'signal' | 'checkpointReached'>): Promise<never> => {
  for (;;) {
    await systemClock.sleep(20, signal);
    checkpointReached();
  }
};
const idle = {
  parse: async (context: JobContext<'parse'>): Promise<JobSuccess<'parse'>> => {
    if (!context.job.labels.includes(BRIEF)) return wait(context);
    await systemClock.sleep(BRIEF_MS, context.signal);
    return { result: aParseResult(), outcome: 'complete' };
  },
  analyze: wait,
  export: ({ signal }: Pick<JobContext, 'signal'>) => wait({ signal, checkpointReached: () => undefined }),
};
