import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, test } from '@jest/globals';
import { findFreePort } from '@otklik/embedded-postgres';
import { makeTempDir, queryOn, waitFor } from '@otklik/testing';

/** Where Debian's packages `postgresql-NN` put their programs. */
const PACKAGES = '/usr/lib/postgresql';
const PASSWORD = 'of-a-test';

/** A server whose package also brings pg_dump and pg_restore, which refuse servers newer than themselves. */
export type PackagedPostgres = {
  url(database: string): string;
  /** The variables by which PostgreSQL's programs find a database, and the folder of those programs on the PATH. */
  env(database: string): Readonly<Record<string, string>>;
  createDatabase(name: string): void;
  stop(): Promise<void>;
};

const findPrograms = (): string | undefined =>
  (existsSync(PACKAGES) ? readdirSync(PACKAGES) : [])
    .map((version) => join(PACKAGES, version, 'bin'))
    .find((dir) => ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'createdb'].every((name) => existsSync(join(dir, name))));

/** Tests that need PostgreSQL's own programs. Without them they are skipped and counted; `REQUIRE_PG_DUMP=1` makes that a failure. */
export const describeWithPgDump = (name: string, body: (start: () => Promise<PackagedPostgres>) => void): void => {
  const programs = findPrograms();
  if (programs !== undefined) return describe(name, () => body(() => startPackagedPostgres(programs)));
  if (process.env['REQUIRE_PG_DUMP'] !== '1') return describe.skip(name, () => body(() => Promise.reject(new Error('not there'))));
  return describe(name, () => {
    test('pg_dump is there', () => {
      throw new Error(`REQUIRE_PG_DUMP=1, but there is no PostgreSQL in ${PACKAGES}: install the package postgresql.`);
    });
  });
};

const startPackagedPostgres = async (programs: string): Promise<PackagedPostgres> => {
  const dir = makeTempDir();
  const user = unprivileged();
  const home = join(dir.path, 'home');
  const secret = join(dir.path, 'password');
  mkdirSync(home);
  writeFileSync(secret, PASSWORD);
  if (user !== undefined) for (const path of [home, secret]) chownSync(path, user.uid, user.gid);
  const data = join(home, 'data');
  run(join(programs, 'initdb'), ['-D', data, '-U', 'otklik', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--no-sync'], {
    ...user,
  });

  const port = await findFreePort();
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], { ...user, stdio: 'ignore' });
  const url = (database: string): string => `postgresql://otklik:${PASSWORD}@127.0.0.1:${port}/${database}`;
  await waitFor(() => isServing(url('postgres')), { what: 'the packaged PostgreSQL' });
  const env = (database: string) => ({
    PATH: `${programs}:${process.env['PATH'] ?? ''}`,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'otklik',
    PGPASSWORD: PASSWORD,
    PGDATABASE: database,
  });
  return {
    url,
    env,
    createDatabase: (name) => run(join(programs, 'createdb'), [name], { env: env('postgres') }),
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
      dir.remove();
    },
  };
};

/** PostgreSQL refuses to run as root. */
const unprivileged = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string): number => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return { uid: idOf('-u'), gid: idOf('-g') };
};

const run = (program: string, args: readonly string[], options: object): void => {
  const { status, stderr } = spawnSync(program, args, { ...options, encoding: 'utf8', cwd: '/' });
  if (status !== 0) throw new Error(`${program} failed: ${stderr}`);
};

const isServing = (url: string): Promise<boolean> =>
  queryOn(url)('SELECT 1').then(
    () => true,
    () => false,
  );
