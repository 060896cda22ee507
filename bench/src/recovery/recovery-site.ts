import { join } from 'node:path';
import type { Scope } from '@otklik/shared';
import {
  type PrivateRedis,
  type PrivateServer,
  type RunningProcess,
  type TestDatabase,
  makeTempDir,
  queryOn,
  runProcess,
  startPrivatePostgres,
  startPrivateRedis,
  waitFor,
} from '@otklik/testing';
import { type DeepWall, SPECIAL_WALLS, startVkSimulator } from '@otklik/vk-simulator';
import { jobIdOf } from '../site/job-id-of.ts';
import { makeKey } from '../site/make-key.ts';

/** The product as an operator runs it, on stores that can be taken away. */
export type RecoverySite = {
  readonly postgres: PrivateServer;
  readonly redis: PrivateRedis;
  readonly query: TestDatabase['query'];
  readonly workspaceId: string;
  /** Those that run now, by the name with which they sign their attempts. */
  readonly workers: ReadonlyMap<string, RunningProcess>;
  /** One more worker, ready. */
  startWorker(): Promise<void>;
  /** SIGTERM or SIGKILL to a worker, until it has ended. */
  endWorker(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<{ readonly code: number | null }>;
  /** The id of the job (UUID). Rejects when it is not accepted. */
  submit(order: object): Promise<string>;
  cancel(jobId: string): Promise<void>;
  /** A program of this folder or the product, with these stores; ended with the site. */
  startProgram(module: string, args: readonly string[], env?: Readonly<Record<string, string>>): RunningProcess;
};

/** Read for more than a minute by one job alone, and for much longer by many, who share the pace of the token. */
export const ENDLESS = { target: { wall: 'endless' } };
/** Done as soon as it has begun. */
export const SHORT = { target: { wall: SPECIAL_WALLS.empty.screenName } };

const WALL: DeepWall = { screenName: 'endless', ownerId: -3_000_000, posts: 40_000, topLevelPerPost: 10 };
const LATENCY_MS = 100;
/** 25 posts in each. */
const REQUESTS_PER_SECOND = 20;
const MAX_LINES = 50;
/** Far more than any answer takes; one that hangs is asked again. */
const ANSWER_WITHIN_MS = 10_000;

export const openRecoverySite = async (scope: Scope): Promise<RecoverySite> => {
  const postgres = scope.use('postgres', await startPrivatePostgres({ settings: { fsync: 'on', max_connections: '300' } }), (it) =>
    it.stop(),
  );
  const redis = scope.use('redis', await startPrivateRedis({ aof: true }), (it) => it.stop());
  const files = scope.use('files', makeTempDir(), (it) => it.remove());
  const vk = scope.use(
    'vk',
    await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 100_000, latencyMs: LATENCY_MS, walls: [WALL] }),
    (it) => it.close(),
  );
  const { key, workspaceId } = await makeKey(postgres.url);
  const stores = { DATABASE_URL: postgres.url, QUEUE_URL: redis.url, EXPORT_DIR: join(files.path, 'exports') };
  const start = (module: string, env: Readonly<Record<string, string>>, args: readonly string[] = []): RunningProcess =>
    scope.use(module, runProcess({ module, env: { ...stores, ...env }, args, maxLines: MAX_LINES }), (it) => it.kill());
  const api = start('apps/api/src/main.ts', { PORT: '0' });
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await api.waitForLine(/"api started"/))?.[0] ?? '';
  const post = (path: string, body?: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
  const env = { VK_TOKEN: vk.token, VK_API_URL: vk.url, VK_REQUESTS_PER_SECOND: String(REQUESTS_PER_SECOND) };

  return {
    postgres,
    redis,
    workspaceId,
    query: queryOn(postgres.url),
    ...manageWorkers((WORKER_NAME) => start('apps/worker/src/main.ts', { ...env, WORKER_NAME })),
    submit: async (order) => {
      const answer = await post('/v1/jobs/parse', order);
      const id = jobIdOf(answer);
      if (answer.status !== 202 || id === undefined) throw new Error(`A job was answered with ${answer.status}.`);
      return id;
    },
    cancel: async (jobId) => {
      const { status } = await post(`/v1/jobs/job_${jobId.replaceAll('-', '')}:cancel`);
      if (status >= 300) throw new Error(`A cancel was answered with ${status}.`);
    },
    startProgram: (module, args, more = {}) => start(module, { ...env, ...more }, args),
  };
};

const manageWorkers = (start: (name: string) => RunningProcess): Pick<RecoverySite, 'workers' | 'startWorker' | 'endWorker'> => {
  const workers = new Map<string, RunningProcess>();
  let started = 0;
  return {
    workers,
    startWorker: async () => {
      const name = `w${(started += 1)}`;
      const worker = start(name);
      await worker.waitForLine(/"worker started"/);
      workers.set(name, worker);
    },
    endWorker: async (name, signal) => {
      const worker = workers.get(name);
      workers.delete(name);
      return worker === undefined ? { code: null } : worker.kill(signal);
    },
  };
};

/** How often PostgreSQL is asked: what is measured is at most so much shorter. */
const LOOK_EVERY_MS = 10;

/** Until the row is there: milliseconds since `startedAt`. */
export const msUntil = async (
  { query }: Pick<RecoverySite, 'query'>,
  {
    sql,
    values,
    startedAt,
    what,
  }: { readonly sql: string; readonly values: readonly unknown[]; readonly startedAt: number; readonly what: string },
): Promise<number> => {
  await waitFor(async () => (await query(sql, values)).length > 0, { timeoutMs: 120_000, everyMs: LOOK_EVERY_MS, what });
  return performance.now() - startedAt;
};

/** Asks jobs to end and waits until all have. */
export const cancelAll = async (site: RecoverySite, jobIds: readonly string[]): Promise<void> => {
  // One after the other: the API refuses what it can't answer in time.
  for (const id of jobIds) await waitFor(() => site.cancel(id).then(() => true), { timeoutMs: 30_000, what: 'a cancel' });
  const sql = `SELECT 1 FROM (SELECT count(*) AS open FROM job WHERE id = ANY($1::uuid[]) AND state NOT IN ('cancelled', 'succeeded')) c WHERE open = 0`;
  await msUntil(site, { sql, values: [jobIds], startedAt: 0, what: 'cancelled jobs to end' });
};
