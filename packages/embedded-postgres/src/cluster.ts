import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { EmbeddedPostgresError } from './embedded-postgres-errors.ts';
import { type OsUser, isReachableForAll } from './os-user.ts';

/** The role and the database that a new cluster has. */
export const DATABASE_NAME = 'otklik';

/** An environment of our own, so that PGDATA, PGOPTIONS and the like of the caller's shell have no say. */
export const serverEnvironment = { LC_ALL: 'C', TZ: 'UTC' } as const;

export type Cluster = { readonly dir: string; readonly password: string };

type Place = { readonly dataDir: string; readonly binaries: Binaries; readonly user: OsUser | undefined };

/** The folder that holds the cluster, its password and its log. Throws where the server's user could not reach it. */
export const prepareDataDir = (dataDir: string, user: OsUser | undefined): void => {
  if (user !== undefined && !isReachableForAll(dataDir)) {
    throw new EmbeddedPostgresError(
      `PostgreSQL can't run as root, and the user it runs as instead can't reach ${dataDir}. Choose a directory that is open to pass.`,
      { context: { dataDir } },
    );
  }
  mkdirSync(dataDir, { recursive: true });
  // Passable for the server's user, readable for nobody else.
  if (user !== undefined) chmodSync(dataDir, 0o711);
};

/** Finds the cluster in the data directory or makes it: role and database `otklik`, UTF-8, SCRAM, checksums. */
export const ensureCluster = (place: Place): Cluster => {
  const dir = join(place.dataDir, 'cluster');
  const passwordFile = join(place.dataDir, 'password');
  if (existsSync(dir)) return { dir, password: readPassword(passwordFile) };

  const password = randomBytes(24).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const draft = mkdtempSync(join(place.dataDir, 'draft-'));
  try {
    initialize(place, { draft, password });
    // A cluster that bears its name is complete: killed before this line, the next start begins anew.
    renameSync(join(draft, 'cluster'), dir);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return { dir, password };
};

const initialize = ({ binaries, user }: Place, { draft, password }: { draft: string; password: string }): void => {
  const dir = join(draft, 'cluster');
  const secret = join(draft, 'password');
  writeFileSync(secret, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [draft, secret]) chownSync(path, user.uid, user.gid);

  // The builtin provider knows the letters of every script and does not depend on the locales of the machine.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = [`--username=${DATABASE_NAME}`, '--auth=scram-sha-256', `--pwfile=${secret}`];
  run(binaries.initdb, ['-D', dir, ...access, ...locale, '--no-sync', '--no-instructions'], { user });
  run(binaries.postgres, ['--single', '-D', dir, 'postgres'], { user, input: `CREATE DATABASE ${DATABASE_NAME}\n` });
};

const run = (program: string, args: readonly string[], { user, input = '' }: { user: OsUser | undefined; input?: string }): void => {
  const result = spawnSync(program, args, { ...user, input, cwd: '/', env: serverEnvironment, encoding: 'utf8', timeout: 60_000 });
  if (result.status !== 0) throw new EmbeddedPostgresError('The database could not be created.', failureOf(program, result));
};

const failureOf = (program: string, result: SpawnSyncReturns<string>) => ({
  cause: result.error ?? new Error((result.stderr ?? '').trim().slice(-2_000)),
  context: { program, status: result.status, signal: result.signal },
});

const readPassword = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new EmbeddedPostgresError(`The password of the embedded database can't be read from ${file}.`, { cause });
  }
};
