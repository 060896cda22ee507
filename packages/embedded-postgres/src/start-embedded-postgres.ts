import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Logger, silentLogger } from '@otklik/shared';
import { findBinaries } from './binaries.ts';
import { DATABASE_NAME, ensureCluster, prepareDataDir } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-errors.ts';
import { findFreePort } from './free-port.ts';
import { serverUser } from './os-user.ts';
import { takeOwnerLock } from './owner-lock.ts';
import {
  type LaunchPlan,
  type Postmaster,
  canAdopt,
  clearDeadPidFile,
  findLeftover,
  launch,
  readLog,
  sizeOfLog,
  stopPostmaster,
} from './postmaster.ts';

export type EmbeddedPostgresOptions = {
  /** The folder that is this database: cluster, password, log, lock. Made when missing. */
  readonly dataDir: string;
  /** TCP port on 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  /** Server settings by name, over PostgreSQL's defaults. Only throw-away instances may trade safety for speed here. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly logger?: Logger;
  /** Where the programs are copied to when we are root and node_modules lies in a closed folder. */
  readonly binariesCacheDir?: string;
  /** How long the start may take in all, waiting for the rests of a crashed server included. Default 30 s. */
  readonly startTimeoutMs?: number;
};

export type EmbeddedPostgres = {
  /** With user and password; the database is `otklik`. */
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  /** Of the server's main process. */
  readonly pid: number;
  /** Fast shutdown under a deadline (default 10 s), then the directory is free for others. Runs once. */
  stop(timeoutMs?: number): Promise<void>;
};

/**
 * Starts a private PostgreSQL on 127.0.0.1, as `nobody` when we are root. A server that a killed owner left behind in this
 * directory is adopted, or stopped when it was started with other settings.
 *
 * Throws DataDirInUseError when a living process holds the directory, EmbeddedPostgresError for the rest.
 */
export const startEmbeddedPostgres = async (options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const dataDir = resolve(options.dataDir);
  const user = serverUser();
  prepareDataDir(dataDir, user);
  const lock = takeOwnerLock(dataDir);
  try {
    const cacheDir = options.binariesCacheDir ?? '/var/cache/otklik/postgres';
    const binaries = findBinaries({ forOthers: user !== undefined, cacheDir });
    const cluster = ensureCluster({ dataDir, binaries, user });
    const logFile = join(dataDir, 'server.log');
    const plan: LaunchPlan = { program: binaries.postgres, clusterDir: cluster.dir, logFile, settings: options.settings ?? {}, user };
    const postmaster = await adoptOrLaunch(plan, options);
    return handleOf(postmaster, { dataDir, password: cluster.password, release: lock.release });
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
};

const MAX_LOG_BYTES = 10_000_000;

const adoptOrLaunch = async (plan: LaunchPlan, options: EmbeddedPostgresOptions): Promise<Postmaster> => {
  const { port = 0, logger = silentLogger } = options;
  const leftover = findLeftover(plan.clusterDir);
  if (leftover !== undefined && (port === 0 || port === leftover.port) && canAdopt(leftover, plan)) {
    logger.info('embedded database adopted', { pid: leftover.pid, port: leftover.port });
    return leftover;
  }
  if (leftover !== undefined) {
    logger.info('embedded database of an earlier run stopped', { pid: leftover.pid });
    await stopPostmaster(leftover, 10_000);
  }
  if (sizeOfLog(plan) > MAX_LOG_BYTES) rmSync(plan.logFile, { force: true });
  return launchPatiently(plan, options);
};

/** What the server says while processes of a crashed one are still leaving, or when somebody was quicker at the port. */
const WORTH_ANOTHER_TRY =
  /lock file .* already exists|shared memory block .* still in use|could not bind|could not create any TCP\/IP sockets/;

const launchPatiently = async (plan: LaunchPlan, options: EmbeddedPostgresOptions): Promise<Postmaster> => {
  const { port = 0, startTimeoutMs = 30_000 } = options;
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    clearDeadPidFile(plan.clusterDir);
    const logged = sizeOfLog(plan);
    const left = Math.max(1_000, deadline - performance.now());
    const postmaster = await launch(plan, port === 0 ? await findFreePort() : port, left);
    if (postmaster !== undefined) return postmaster;
    const log = readLog(plan, logged);
    if (!WORTH_ANOTHER_TRY.test(log) || performance.now() > deadline) {
      throw new EmbeddedPostgresError(`The embedded database does not start; see ${plan.logFile}.`, { cause: new Error(log) });
    }
    await wait(200);
  }
};

type HandleParts = { readonly dataDir: string; readonly password: string; readonly release: () => void };

const handleOf = (postmaster: Postmaster, { dataDir, password, release }: HandleParts): EmbeddedPostgres => {
  let stopping: Promise<void> | undefined;
  return {
    url: `postgresql://${DATABASE_NAME}:${password}@127.0.0.1:${postmaster.port}/${DATABASE_NAME}`,
    port: postmaster.port,
    dataDir,
    pid: postmaster.pid,
    stop: (timeoutMs = 10_000) => (stopping ??= stopPostmaster(postmaster, timeoutMs).finally(release)),
  };
};
