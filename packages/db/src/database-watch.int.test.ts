import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Logger, type Metrics, createManualClock, createMetrics, databaseCodes, silentLogger } from '@otklik/shared';
import { type TestDatabase, createTestDatabase, waitFor } from '@otklik/testing';
import { PrismaPg } from '@prisma/adapter-pg';
import type pg from 'pg';
import { type DatabaseWatch, createDatabaseWatch } from './database-watch.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { createLongReads } from './long-reads.ts';
import { openPool } from './pools.ts';
import { createSql } from './sql.ts';

type Line = { readonly level: string; readonly message: string; readonly fields: Readonly<Record<string, unknown>> };

let database: TestDatabase;
let metrics: Metrics;
let pools: pg.Pool[];
let lines: Line[];
const clock = createManualClock();
const limits = { max: 1, statementTimeoutMs: 2_000, idleInTransactionTimeoutMs: 0 };

beforeEach(async () => {
  database = await createTestDatabase();
  metrics = createMetrics({ service: 'test', version: '0', logger: silentLogger });
  pools = [];
  lines = [];
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await database.drop();
});

const noting =
  (level: string): Logger['info'] =>
  (message, fields = {}) =>
    void lines.push({ level, message, fields });
const logger: Logger = { error: noting('error'), warn: noting('warn'), info: noting('info'), debug: noting('debug') };
const watchOf = (slowMs = 60_000): DatabaseWatch => createDatabaseWatch({ metrics, logger, slowMs, clock });
const open = (watch: DatabaseWatch, role: 'requests' | 'reads' = 'requests', connectionTimeoutMs = 10_000): pg.Pool => {
  const pool = openPool({ ...limits, connectionTimeoutMs, url: database.url, name: role, logger, watch: watch.of(role, { slowTimes: 1 }) });
  pools.push(pool);
  return pool;
};
/** The value of a series as it is scraped; NaN when it is not there. */
const seen = async (series: string): Promise<number> => {
  const line = (await metrics.expose()).text.split('\n').find((one) => one.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? NaN);
};
const slowLines = (): readonly Line[] => lines.filter(({ message }) => message === 'a statement was slow');

describe('the statements of a pool', () => {
  test('when they come from plain SQL, a transaction, a copy, Prisma or a cursor, then each is counted', async () => {
    const watch = watchOf();
    const pool = open(watch);
    const count = (role = 'requests'): Promise<number> => seen(`otklik_db_statement_duration_seconds_count{pool="${role}"}`);
    const sql = createSql(pool);
    await sql.query('CREATE TABLE counted (n int)');
    expect(await count()).toBe(1);
    await sql.transaction((tx) => tx.copy('COPY counted FROM STDIN', '1\n'));
    await waitFor(async () => (await count()) === 4, { what: 'BEGIN, COPY and COMMIT' });
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
    await prisma.workspace.findMany();
    expect(await count()).toBe(5);
    const reads = createLongReads({ pool: open(watch, 'reads'), max: 1, canceller: sql });
    const signal = new AbortController().signal;
    for await (const rows of reads.stream({ text: 'SELECT 1 FROM counted', values: [] }, { batch: 10, signal }))
      expect(rows).toHaveLength(1);
    // BEGIN, the number of the backend, DECLARE, FETCH, ROLLBACK.
    expect(await count('reads')).toBe(5);
    await prisma.$disconnect();
  });

  test('when one takes too long, then the log tells which by its fingerprint, and no value of it', async () => {
    const sql = createSql(open(watchOf(50)));
    const ask = (text: string): Promise<unknown> =>
      sql.query(`SELECT pg_sleep($1), '${text}' AS "canary" FROM wall RIGHT JOIN (SELECT) AS one ON true`, [0.06]);
    await sql.query('SELECT 1');
    await ask('canary-one');
    await ask('canary-two');
    expect(slowLines()).toEqual(
      [
        {
          level: 'warn',
          message: 'a statement was slow',
          fields: {
            pool: 'requests',
            fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
            statement: 'SELECT wall',
            ms: expect.any(Number),
          },
        },
      ].flatMap((line) => [line, line]),
    );
    expect(new Set(slowLines().map(({ fields }) => fields['fingerprint'])).size).toBe(1);
    expect(await seen('otklik_db_slow_statements_total{pool="requests"}')).toBe(2);
    expect(JSON.stringify(lines)).not.toMatch(/canary-|0\.06/);
    const told = lines.find(({ level }) => level === 'debug');
    expect(told?.fields).toMatchObject({
      fingerprint: slowLines()[0]?.fields['fingerprint'],
      normalized: expect.stringContaining('pg_sleep(?), ?'),
    });
  });

  test('when the same one is slow again and again, then it is told once, and how often it was left out', async () => {
    const sql = createSql(open(watchOf(1)));
    const sleep = (): Promise<unknown> => sql.query('SELECT pg_sleep(0.002)');
    for (let times = 0; times < 4; times += 1) await sleep();
    await clock.advance(10_000);
    await sleep();
    expect(slowLines().map(({ fields }) => fields['unsaid'])).toEqual([undefined, 3]);
    expect(await seen('otklik_db_slow_statements_total{pool="requests"}')).toBe(5);
  });

  test('when they fail, then they are counted by the code that the product sees; what was aborted did not fail unless its time was over', async () => {
    const watch = watchOf();
    const sql = createSql(open(watch), { watch: watch.of('requests', { slowTimes: 1 }) });
    await expect(sql.query('SELECT 1 / 0')).rejects.toMatchObject({ code: 'DB_REJECTED' });
    await expect(sql.query(`DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57014'; END $$`)).rejects.toMatchObject({
      code: 'DB_TIMEOUT',
    });
    const pool = open(watch, 'reads');
    const stop = new AbortController();
    const read = createLongReads({ pool, max: 1, canceller: sql }).snapshot((tx) => tx.query('SELECT pg_sleep(600)'), stop.signal);
    await waitFor(async () => (await database.query(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)).length > 0);
    stop.abort(new Error('enough'));
    await expect(read).rejects.toThrow('enough');
    const late = sql.query('SELECT pg_sleep(600)', [], { signal: AbortSignal.timeout(50) });
    await expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await seen('otklik_db_errors_total{pool="requests",code="DB_UNAVAILABLE"}')).toBe(1);
    expect(await seen('otklik_db_errors_total{pool="requests",code="DB_REJECTED"}')).toBe(1);
    expect(await seen('otklik_db_errors_total{pool="requests",code="DB_TIMEOUT"}')).toBe(1);
    for (const code of databaseCodes) expect(await seen(`otklik_db_errors_total{pool="reads",code="${code}"}`)).toBe(0);
  });

  test('when all connections are busy, then the pool tells who waits, and who waited in vain', async () => {
    const watch = watchOf();
    const pool = open(watch, 'requests', 300);
    watch.tellPools({ requests: pool, movers: open(watch), reads: open(watch), exports: open(watch) });
    const held = await pool.connect();
    const waiting = createSql(pool).query('SELECT 1');
    expect(await seen('otklik_db_pool_waiting{pool="requests"}')).toBe(1);
    expect(await seen('otklik_db_pool_connections{pool="requests",state="busy"}')).toBe(1);
    expect(await seen('otklik_db_pool_max{pool="exports"}')).toBe(1);
    await expect(waiting).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    held.release();
    expect(await seen('otklik_db_errors_total{pool="requests",code="DB_UNAVAILABLE"}')).toBe(1);
    expect(await seen('otklik_db_pool_connections{pool="requests",state="idle"}')).toBe(1);
    expect(await seen('otklik_db_pool_waiting{pool="requests"}')).toBe(0);
  });
});
