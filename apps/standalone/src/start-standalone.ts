import { mkdir } from 'node:fs/promises';
import { startApi } from '@otklik/api';
import { jobTypes } from '@otklik/contracts';
import { migrate, openDatabase } from '@otklik/db';
import { startEmbeddedPostgres } from '@otklik/embedded-postgres';
import { type GiveUp, type Logger, type Scope, VERSION, createMemoryPacing, createMetrics, createScope } from '@otklik/shared';
import { makeLocateExport } from './locate-export.ts';
import { DEMO_WALL, startVkSimulator } from '@otklik/vk-simulator';
import { startWorker } from '@otklik/worker';
import { ensureAdminKey } from './admin-key.ts';
import { ensureKeyring } from './keyring-file.ts';
import { type StandaloneConfig, pathsOf } from './config.ts';
import { DEFAULT_PORT, choosePort } from './choose-port.ts';

type Deps = {
  readonly logger: Logger;
  /** Told what is going on, a short sentence at a time. */
  readonly say: (sentence: string) => void;
  /** Called by what can't go on. Default: nobody hears of it but the log. */
  readonly giveUp?: GiveUp;
};

export type Standalone = {
  readonly url: string;
  readonly adminKey: string;
  /** What the demo collects; null when the real VK is used and nobody named a wall. */
  readonly wall: string | null;
  /** Where the file of an export (`exp_…`) lies on this machine; null when it is not there any more. */
  locateExport(exportId: string): Promise<string | null>;
  close(): Promise<void>;
};

/** Starts everything in this process: PostgreSQL, the simulator unless there is a token, API and worker. */
export const startStandalone = async (config: StandaloneConfig, deps: Deps): Promise<Standalone> => {
  const scope = createScope({ logger: deps.logger });
  try {
    return await start(config, { ...deps, scope });
  } catch (thrown) {
    await scope.close();
    throw thrown;
  }
};

const start = async (config: StandaloneConfig, { logger, say, giveUp, scope }: Deps & { readonly scope: Scope }): Promise<Standalone> => {
  const paths = pathsOf(config);
  await mkdir(paths.home, { recursive: true });
  const postgres = scope.use('postgres', await startEmbeddedPostgres({ dataDir: paths.postgres, logger }), (it) => it.stop());
  say(`PostgreSQL runs on port ${postgres.port}, data in ${paths.postgres}`);
  await migrate({ url: postgres.url, logger });
  const adminKey = await makeAdminKey({ url: postgres.url, file: paths.adminKey, logger });
  const vk = config.vk ?? (await startSimulator(scope));
  say(config.vk === null ? `VK is simulated at ${vk.baseUrl}` : `VK is asked at ${vk.baseUrl}, with your token`);

  const keyring = await ensureKeyring(paths.keyring);

  const stores = { database: { url: postgres.url, poolMax: 10 }, queue: { url: postgres.url, prefix: 'otklik' } };
  const common = { ...stores, keyring, exportDir: paths.exports, logLevel: config.logLevel };
  const port = await choosePort({ host: config.host, wanted: config.port });
  if (port === 0 && config.port === undefined) say(`Port ${DEFAULT_PORT} is taken, so another one is used; PORT=… chooses it`);
  // One set for both, as for any process. Of the pools and the cache, which both have, the worker's are told.
  // And one pacing: both ask VK with the same token.
  const pacing = scope.use('pacing', createMemoryPacing(), (it) => it.close());
  const options = { logger, pacing, metrics: createMetrics({ service: 'standalone', version: VERSION, logger }) };
  const http = { host: config.host, port };
  // Tokens are tried where they will be used: at the simulator on its own wall, unless VK itself is asked.
  const asked = {
    vk: { baseUrl: vk.baseUrl, wall: config.vk === null ? DEMO_WALL.screenName : 'apiclub' },
    wallCheck: { tokenKind: 'service' as const, ...vk },
  };
  const api = scope.use('api', await startApi({ ...common, ...asked, board: config.board, http }, options), (it) => it.close());
  const workerConfig = {
    ...common,
    vk,
    types: jobTypes,
    concurrency: undefined,
    name: undefined,
    shutdownGraceMs: 10_000,
  };
  scope.use('worker', await startWorker(workerConfig, { ...options, ...(giveUp && { giveUp }) }), (it) => it.close());
  return {
    url: api.url,
    adminKey,
    wall: config.wall ?? (config.vk === null ? DEMO_WALL.screenName : null),
    locateExport: makeLocateExport({ url: postgres.url, dir: paths.exports, adminKey, logger }),
    close: () => scope.close(),
  };
};

const makeAdminKey = async ({
  url,
  file,
  logger,
}: {
  readonly url: string;
  readonly file: string;
  readonly logger: Logger;
}): Promise<string> => {
  const db = openDatabase({ url, name: 'otklik-setup', poolMax: 1, logger });
  try {
    return await ensureAdminKey({ keys: db.keys, workspaces: db.workspaces, file });
  } finally {
    await db.close();
  }
};

/** The simulator answers as fast as it can: the demo shows the product, not VK's patience. */
const startSimulator = async (scope: Scope) => {
  const simulator = scope.use('simulator', await startVkSimulator({ port: 0, seed: 1 }), (it) => it.close());
  return { baseUrl: simulator.url, token: simulator.token, requestsPerSecond: 50 };
};
