import { chownSync } from 'node:fs';
import { makeCreateKey } from '@otklik/core';
import { type Database, openDatabase } from '@otklik/db';
import { newId, silentLogger } from '@otklik/shared';
import { type ProcessPlace, type RunningProcess, makeTempDir, runProcess, waitFor } from '@otklik/testing';
import {
  type SimulatorClient,
  type VkSimulator,
  type VkSimulatorOptions,
  createSimulatorClient,
  startVkSimulator,
} from '@otklik/vk-simulator';
import { type ApiCaller, createApiCaller } from './api-caller.ts';

export type Stores = {
  readonly databaseUrl: string;
  readonly queueUrl: string;
  readonly queuePrefix?: string;
};

export type RunningApi = { readonly process: RunningProcess; readonly url: string };

/** The product as an operator runs it: processes of their own, told everything by their environment. */
export type ProductUnderTest = {
  readonly db: Database;
  readonly vk: SimulatorClient;
  /** The secret that its workers have. */
  readonly vkToken: string;
  /** The one folder that its processes have to write to. */
  readonly exportDir: string;
  startApi(env?: Readonly<Record<string, string>>): Promise<RunningApi>;
  startWorker(name: string, env?: Readonly<Record<string, string>>): Promise<RunningProcess>;
  /** The same, without waiting until they are ready. */
  spawnApi(env?: Readonly<Record<string, string>>): RunningProcess;
  spawnWorker(name: string, env?: Readonly<Record<string, string>>): RunningProcess;
  /** Calls the API with an admin key of a workspace. */
  caller(api: { readonly url: string }, workspace?: string): Promise<ApiCaller>;
  stop(): Promise<void>;
};

type Options = Stores & {
  readonly simulator?: Partial<VkSimulatorOptions>;
  /** Default: the sources. */
  readonly build?: Build;
  /**
   * Workers run from `quick-worker-main.ts`: with a tenth of the usual times, or with those of production, and with the
   * processors that `OTKLIK_TEST_PROCESSORS` names. Default: the product's own program.
   */
  readonly pace?: 'quick' | 'production';
};

/** Where the programs come from, and who runs them; that one may write exports. */
export type Build = {
  readonly programs: Readonly<Record<'api' | 'worker', string>>;
  readonly place?: ProcessPlace;
};

const environmentOf = ({ databaseUrl, queueUrl, queuePrefix = 'otklik', pace }: Options): Readonly<Record<string, string>> => ({
  DATABASE_URL: databaseUrl,
  QUEUE_URL: queueUrl,
  QUEUE_PREFIX: queuePrefix,
  LOG_LEVEL: 'info',
  ...(pace && { OTKLIK_TEST_PACE: pace }),
});

const paced = (build: Build): Build => ({
  ...build,
  programs: { ...build.programs, worker: 'tests/system/testing/quick-worker-main.ts' },
});

const SOURCES: Build = { programs: { api: 'apps/api/src/main.ts', worker: 'apps/worker/src/main.ts' } };

export const startProduct = async (options: Options): Promise<ProductUnderTest> => {
  const exports = makeTempDir();
  const vkServer = await startVkSimulator({ port: 0, seed: 1, requestsPerSecond: 100_000, ...options.simulator });
  const db = openDatabase({ url: options.databaseUrl, name: 'test', poolMax: 2, logger: silentLogger });
  const running: RunningProcess[] = [];
  const { spawnApi, spawnWorker } = makeSpawn({ options, exportDir: exports.path, vkServer, running });

  return {
    db,
    vk: createSimulatorClient(vkServer.url),
    vkToken: vkServer.token,
    exportDir: exports.path,
    spawnApi,
    spawnWorker,
    startApi: async (env) => {
      const api = spawnApi(env);
      await api.waitForLine(/"api started"/);
      return { process: api, url: String(api.logs().find(({ message }) => message === 'api started')?.['url']) };
    },
    startWorker: async (name, env) => {
      const worker = spawnWorker(name, env);
      await worker.waitForLine(/"worker started"/);
      return worker;
    },
    caller: async ({ url }, workspace = 'test') => {
      const createKey = makeCreateKey({ keys: db.keys, workspaces: db.workspaces, newId });
      const { text } = await createKey({ workspace, name: 'test', scopes: ['admin'] });
      return createApiCaller({ url, key: text });
    },
    stop: async () => {
      await Promise.all(running.map((one) => endProcess(one)));
      await db.close();
      await vkServer.close();
      exports.remove();
    },
  };
};

type Spawning = {
  readonly options: Options;
  readonly exportDir: string;
  readonly vkServer: Pick<VkSimulator, 'token' | 'url'>;
  /** Everything that was started is added. */
  readonly running: RunningProcess[];
};

const makeSpawn = ({ options, exportDir, vkServer, running }: Spawning): Pick<ProductUnderTest, 'spawnApi' | 'spawnWorker'> => {
  const { build = SOURCES, pace } = options;
  const { programs, place } = pace === undefined ? build : paced(build);
  if (place?.user !== undefined) chownSync(exportDir, place.user.uid, place.user.gid);
  const spawn = (module: string, env: Readonly<Record<string, string>>): RunningProcess => {
    const started = runProcess({ module, env: { ...environmentOf(options), EXPORT_DIR: exportDir, ...env }, ...(place && { place }) });
    running.push(started);
    return started;
  };
  const vk = { VK_TOKEN: vkServer.token, VK_API_URL: vkServer.url, VK_REQUESTS_PER_SECOND: '1000' };
  return {
    spawnApi: (env = {}) => spawn(programs.api, { PORT: '0', ...env }),
    spawnWorker: (name, env = {}) => spawn(programs.worker, { WORKER_NAME: name, ...vk, ...env }),
  };
};

/** A process that doesn't obey within its own limits is a fault, but must not outlive the test. */
const endProcess = async (process: RunningProcess): Promise<void> => {
  process.signal('SIGCONT');
  let hasEnded = false;
  const ended = process.kill('SIGTERM').then(() => (hasEnded = true));
  await waitFor(() => hasEnded, { timeoutMs: 15_000 }).catch(() => process.kill('SIGKILL'));
  await ended;
};
