import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ConfigError, DatabaseError } from '@otklik/shared';
import { type TempDir, type TestDatabase, createEmptyDatabase, makeTempDir, waitFor } from '@otklik/testing';
import { migrate } from './migrate.ts';

let database: TestDatabase;
let dir: TempDir;
beforeEach(async () => {
  dir = makeTempDir();
  database = await createEmptyDatabase();
});
afterEach(async () => {
  await database.drop();
  dir.remove();
});

const write = async (name: string, sql: string): Promise<void> => {
  await mkdir(join(dir.path, name), { recursive: true });
  await writeFile(join(dir.path, name, 'migration.sql'), sql);
};
const run = (): Promise<readonly string[]> => migrate({ url: database.url, dir: dir.path });
const applied = async (): Promise<readonly string[]> =>
  (await database.query<{ name: string }>('SELECT migration_name AS name FROM _prisma_migrations ORDER BY started_at, name')).map(
    ({ name }) => name,
  );
const tables = async (): Promise<readonly string[]> =>
  (await database.query<{ name: string }>(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`)).map(
    ({ name }) => name,
  );

describe('migrating', () => {
  test('when four begin at once, then each migration is applied once, in order', async () => {
    await write('2_second', 'ALTER TABLE a ADD COLUMN n int; INSERT INTO a VALUES (1)');
    await write('1_first', 'CREATE TABLE a ()');
    const results = await Promise.all([run(), run(), run(), run()]);
    expect(results.toSorted((a, b) => b.length - a.length)).toEqual([['1_first', '2_second'], [], [], []]);
    expect(await applied()).toEqual(['1_first', '2_second']);
    expect(await database.query('SELECT n FROM a')).toEqual([{ n: 1 }]);
  });

  test('when all is applied, then running again does nothing', async () => {
    const names = await migrate({ url: database.url });
    expect(names.length).toBeGreaterThan(1);
    const before = await database.query('SELECT * FROM _prisma_migrations ORDER BY migration_name');
    expect(await migrate({ url: database.url })).toEqual([]);
    expect(await database.query('SELECT * FROM _prisma_migrations ORDER BY migration_name')).toEqual(before);
  });

  test('when a migration is new, then it alone is applied', async () => {
    await write('1_first', 'CREATE TABLE a ()');
    await run();
    await write('2_second', 'CREATE TABLE b ()');
    expect(await run()).toEqual(['2_second']);
    expect(await tables()).toEqual(['_prisma_migrations', 'a', 'b']);
  });

  test('when an applied migration was changed, then it is refused with its name, and nothing is applied', async () => {
    await write('1_first', 'CREATE TABLE a ()');
    await run();
    await write('1_first', 'CREATE TABLE a (n int)');
    await write('2_second', 'CREATE TABLE b ()');
    const outcome = run();
    await expect(outcome).rejects.toThrow(ConfigError);
    await expect(outcome).rejects.toThrow(/1_first was changed after it had been applied\. Restore it/);
    expect(await tables()).toEqual(['_prisma_migrations', 'a']);
  });

  test("when one of Prisma's own is half done, then it is refused until that is settled", async () => {
    await write('1_first', 'CREATE TABLE a ()');
    await run();
    await database.query(`INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES ('x', 'y', '2_second')`);
    await expect(run()).rejects.toThrow(/2_second was begun by Prisma.*prisma migrate resolve/);
    await database.query('UPDATE _prisma_migrations SET rolled_back_at = now() WHERE finished_at IS NULL');
    expect(await run()).toEqual([]);
  });
});

describe('a migration that fails', () => {
  test('when its second statement is wrong, then nothing of it is left, those before stay, and the error says what to do', async () => {
    await write('1_first', 'CREATE TABLE a ()');
    await write('2_wrong', 'CREATE TABLE b (); SELECT 1 / 0');
    const outcome = run();
    await expect(outcome).rejects.toThrow(DatabaseError);
    await expect(outcome).rejects.toMatchObject({
      code: 'DB_REJECTED',
      message: 'Migration 2_wrong failed and left nothing behind. Correct what the cause says, then run it again.',
      cause: { message: 'division by zero' },
    });
    expect(await tables()).toEqual(['_prisma_migrations', 'a']);
    expect(await applied()).toEqual(['1_first']);
    await write('2_wrong', 'CREATE TABLE b ()');
    expect(await run()).toEqual(['2_wrong']);
  });

  test('when a busy table keeps it waiting, then it gives up soon and asks to be run again', async () => {
    await write('1_first', 'CREATE TABLE a ()');
    await run();
    await write('2_second', 'ALTER TABLE a ADD COLUMN n int');
    const busy = database.query('BEGIN; LOCK TABLE a; SELECT pg_sleep(60)').catch(() => undefined);
    await waitFor(async () => (await database.query(`SELECT 1 FROM pg_locks WHERE relation = 'a'::regclass AND granted`)).length > 0);
    await expect(run()).rejects.toMatchObject({
      code: 'DB_TIMEOUT',
      message: expect.stringMatching(/^Migration 2_second .* Run it again\.$/),
    });
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%' AND datname = current_database()`,
    );
    await busy;
    expect(await run()).toEqual(['2_second']);
  });

  test('when its connection is cut, then the process lives, nothing is left and it can be run again', async () => {
    await write('1_slow', 'CREATE TABLE a (); SELECT pg_sleep(60)');
    const outcome = expect(run()).rejects.toMatchObject({ code: 'DB_UNAVAILABLE', message: expect.stringContaining('1_slow') });
    const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'otklik-migrate' AND wait_event = 'PgSleep' AND datname = current_database()`;
    await waitFor(async () => (await database.query(cut)).length > 0);
    await outcome;
    await write('1_slow', 'CREATE TABLE a ()');
    expect(await run()).toEqual(['1_slow']);
  });

  test('when the database is not there, then that is said', async () => {
    const url = Object.assign(new URL(database.url), { pathname: '/none' }).href;
    await expect(migrate({ url, dir: dir.path })).rejects.toThrow(DatabaseError);
  });
});

describe('the table of migrations', () => {
  test('when the runner makes it, then it is the one that Prisma makes', async () => {
    await run();
    const columns = await database.query(
      `SELECT column_name AS name, data_type AS type, character_maximum_length AS length, is_nullable AS nullable, column_default AS "default"
       FROM information_schema.columns WHERE table_name = '_prisma_migrations' ORDER BY ordinal_position`,
    );
    const column = (name: string, type: string, rest: object = {}) => ({
      name,
      type,
      length: null,
      nullable: 'YES',
      default: null,
      ...rest,
    });
    expect(columns).toEqual([
      column('id', 'character varying', { length: 36, nullable: 'NO' }),
      column('checksum', 'character varying', { length: 64, nullable: 'NO' }),
      column('finished_at', 'timestamp with time zone'),
      column('migration_name', 'character varying', { length: 255, nullable: 'NO' }),
      column('logs', 'text'),
      column('rolled_back_at', 'timestamp with time zone'),
      column('started_at', 'timestamp with time zone', { nullable: 'NO', default: 'now()' }),
      column('applied_steps_count', 'integer', { nullable: 'NO', default: '0' }),
    ]);
  });
});
