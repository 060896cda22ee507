import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { type TestDatabase, createTestDatabase, waitFor } from '@otklik/testing';
import type pg from 'pg';
import { openPool } from './pools.ts';
import { type Sql, createSql } from './sql.ts';

describe('statements in a transaction', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  let sql: Sql;
  beforeAll(async () => {
    database = await createTestDatabase();
    const limits = { connectionTimeoutMs: 2_000, statementTimeoutMs: 5_000, idleInTransactionTimeoutMs: 10_000 };
    pool = openPool({ ...limits, url: database.url, name: 'sql-test', max: 2, logger: silentLogger });
    sql = createSql(pool);
    await sql.query('CREATE TABLE counted (n int)');
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const countRows = async (): Promise<number> => (await sql.query('SELECT 1 FROM counted')).length;

  test('when the connection is lost between two statements, then the caller gets a DatabaseError, nothing is committed, and the process lives', async () => {
    const strays: unknown[] = [];
    const onStray = (error: unknown): void => void strays.push(error);
    process.on('uncaughtException', onStray);
    const work = sql.transaction(async (tx) => {
      const [row] = await tx.query<{ readonly pid: number }>('INSERT INTO counted VALUES (1) RETURNING pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1)', [row?.pid]);
      await waitFor(async () => (await database.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [row?.pid])).length === 0);
      await tx.query('INSERT INTO counted VALUES (2)');
    });
    await expect(work).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    process.off('uncaughtException', onStray);
    expect(strays).toEqual([]);
    expect(await countRows()).toBe(0);
  });

  test('when two transactions wait for each other, then both end as they wanted to', async () => {
    await sql.query('CREATE TABLE pair (id int PRIMARY KEY, n int); INSERT INTO pair VALUES (1, 0), (2, 0)');
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const add = (first: number, second: number, mine: 0 | 1): Promise<void> =>
      sql.transaction(async (tx) => {
        await tx.query('UPDATE pair SET n = n + 1 WHERE id = $1', [first]);
        both[mine].resolve();
        await Promise.all(both.map(({ promise }) => promise));
        await tx.query('UPDATE pair SET n = n + 1 WHERE id = $1', [second]);
      });
    await Promise.all([add(1, 2, 0), add(2, 1, 1)]);
    expect((await sql.query<{ readonly n: number }>('SELECT n FROM pair')).map(({ n }) => n)).toEqual([2, 2]);
  });
});
