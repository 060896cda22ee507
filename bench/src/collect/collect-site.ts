import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Scope, createScope } from '@otklik/shared';
import {
  type RunningProcess,
  type TestDatabase,
  makeTempDir,
  queryOn,
  runProcess,
  startPrivatePostgres,
  startPrivateRedis,
  waitFor,
} from '@otklik/testing';
import { type SimulatorClient, createSimulatorClient } from '@otklik/vk-simulator';
import { workerNodeArgs } from '@otklik/worker';
import { jobIdOf } from '../site/job-id-of.ts';
import { makeKey } from '../site/make-key.ts';

/** The product as an operator runs it, and the VK it reads, each a process of its own. */
export type CollectSite = {
  readonly vk: SimulatorClient;
  readonly vkUrl: string;
  readonly query: TestDatabase['query'];
  startWorker(env?: Readonly<Record<string, string>>): Promise<WorkerProcess>;
  /** The id of the job (UUID). Rejects when it is not accepted. */
  submit(order: object): Promise<string>;
  /** Adds a service key to the workspace. */
  addToken(token: { readonly token: string; readonly requestsPerSecond: number }): Promise<void>;
  /** Rejects when the job does not succeed. */
  untilSucceeded(jobId: string): Promise<void>;
  /** Comments that are stored. */
  stored(): Promise<number>;
  startReader(module: string, args: readonly string[]): RunningProcess;
};

export type WorkerProcess = {
  /** The most memory that it ever took. */
  peakMb(): Promise<number>;
};

type Options = {
  /** Command line of `simulator-main.ts`. */
  readonly simulator: readonly string[];
};

const MAX_LINES = 200;
const ANSWER_WITHIN_MS = 10_000;
/** Any 32 bytes do: what they protect ends with the site. */
const KEYRING = `bench:${Buffer.alloc(32, 7).toString('base64')}`;

/** Runs `measure` on a site of its own: an empty database, an empty Redis, a VK nobody has called yet. */
export const onCollectSite = async <T>(options: Options, measure: (site: CollectSite) => Promise<T>): Promise<T> => {
  const scope = createScope();
  try {
    return await measure(await openCollectSite(scope, options));
  } finally {
    await scope.close();
  }
};

const openCollectSite = async (scope: Scope, { simulator }: Options): Promise<CollectSite> => {
  const postgres = scope.use('postgres', await startPrivatePostgres({ settings: { fsync: 'on' } }), (it) => it.stop());
  const redis = scope.use('redis', await startPrivateRedis({ aof: true }), (it) => it.stop());
  const files = scope.use('files', makeTempDir(), (it) => it.remove());
  const { key } = await makeKey(postgres.url);
  const use = <P extends RunningProcess>(name: string, process: P): P => scope.use(name, process, (it) => it.kill());
  const vkServer = use('vk', runProcess({ module: 'bench/src/collect/simulator-main.ts', args: simulator, maxLines: MAX_LINES }));
  const vkUrl = /http:\/\/127\.0\.0\.1:\d+/.exec(await vkServer.waitForLine(/^serving/))?.[0] ?? '';
  const stores = {
    DATABASE_URL: postgres.url,
    QUEUE_URL: redis.url,
    CACHE_URL: redis.url,
    EXPORT_DIR: join(files.path, 'exports'),
    VK_API_URL: vkUrl,
    OTKLIK_KEYRING: KEYRING,
  };
  const api = use('api', runProcess({ module: 'apps/api/src/main.ts', env: { ...stores, PORT: '0' }, maxLines: MAX_LINES }));
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(await api.waitForLine(/"api started"/))?.[0] ?? '';
  const post = makePost(url, key);
  const query = queryOn(postgres.url);

  return {
    vk: createSimulatorClient(vkUrl),
    vkUrl,
    query,
    startWorker: async (env = {}) => {
      const worker = use(
        'worker',
        runProcess({ module: 'apps/worker/src/main.ts', nodeArgs: workerNodeArgs, env: { ...stores, ...env }, maxLines: MAX_LINES }),
      );
      await worker.waitForLine(/"worker started"/);
      return { peakMb: () => peakMbOf(worker.pid) };
    },
    submit: async (order) => {
      const answer = await post('/v1/jobs/parse', order);
      const id = jobIdOf(answer);
      if (answer.status !== 202 || id === undefined) throw new Error(`A job was answered with ${answer.status}: ${await answer.text()}`);
      return id;
    },
    addToken: async (token) => {
      const answer = await post('/v1/vk-tokens', { kind: 'service', label: 'bench', ...token });
      if (!answer.ok) throw new Error(`A token was answered with ${answer.status}: ${await answer.text()}`);
    },
    untilSucceeded: (jobId) => untilSucceeded(query, jobId),
    stored: async () =>
      Number((await query<{ count: string }>('SELECT coalesce(sum(comments), 0) AS count FROM collected_total'))[0]?.count ?? 0),
    startReader: (module, args) => use('reader', runProcess({ module, args, maxLines: MAX_LINES })),
  };
};

const makePost =
  (url: string, key: string) =>
  (path: string, body: object): Promise<Response> =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });

/** As Linux counts it (`VmHWM`, kilobytes). */
const peakMbOf = async (pid: number): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
};

const LOOK_EVERY_MS = 100;
const JOB_WITHIN_MS = 1_800_000;

const untilSucceeded = async (query: TestDatabase['query'], jobId: string): Promise<void> => {
  const state = await waitFor(
    async () => {
      const [row] = await query<{ state: string }>('SELECT state FROM job WHERE id = $1', [jobId]);
      return row !== undefined && ['succeeded', 'failed', 'cancelled', 'timed_out'].includes(row.state) ? row.state : undefined;
    },
    { timeoutMs: JOB_WITHIN_MS, everyMs: LOOK_EVERY_MS, what: 'a collection to end' },
  );
  if (state !== 'succeeded') throw new Error(`A collection ${state}.`);
};
