import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DatabaseError, silentLogger } from '@otklik/shared';
import { type TcpProxy, type TestDatabase, createTestDatabase, startTcpProxy, waitFor } from '@otklik/testing';
import type pg from 'pg';
import { type LongReads, createLongReads } from './long-reads.ts';
import { openPool } from './pools.ts';
import { type Sql, createSql } from './sql.ts';

let database: TestDatabase;
let pool: pg.Pool;
let others: pg.Pool;
let sql: Sql;
let reads: LongReads;
beforeAll(async () => {
  database = await createTestDatabase();
  const common = {
    url: database.url,
    max: 1,
    connectionTimeoutMs: 2_000,
    statementTimeoutMs: 0,
    idleInTransactionTimeoutMs: 0,
    logger: silentLogger,
  };
  pool = openPool({ ...common, name: 'long-read' });
  others = openPool({ ...common, name: 'other' });
  sql = createSql(others);
  reads = createLongReads({ pool, max: 1, canceller: sql });
});
afterAll(async () => {
  await Promise.all([pool.end(), others.end()]);
  await database.drop();
});

const SLEEP = 'SELECT pg_sleep(600)';
const never = new AbortController().signal;
const take = async (text: string, signal = never, batch = 10): Promise<readonly number[]> => {
  const sizes: number[] = [];
  for await (const rows of reads.stream({ text, values: [] }, { batch, signal })) sizes.push(rows.length);
  return sizes;
};
const busy = () =>
  sql.query(
    `SELECT 1 FROM pg_stat_activity WHERE application_name = 'long-read' AND datname = current_database() AND xact_start IS NOT NULL`,
  );

describe('a long read', () => {
  test('when there are more rows than a batch holds, then they come in batches', async () => {
    expect(await take('SELECT generate_series(1, 25)')).toEqual([10, 10, 5]);
    expect(await take('SELECT generate_series(1, 20)')).toEqual([10, 10]);
    expect(await take('SELECT 1 WHERE false')).toEqual([]);
  });

  test.each(['stream', 'snapshot'])(
    'when a %s is aborted while the server works, then it ends at once and the server stops',
    async (kind) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const read = kind === 'stream' ? take(SLEEP, controller.signal) : reads.snapshot((tx) => tx.query(SLEEP), controller.signal);
      await waitFor(async () => (await busy()).length === 1, { what: 'the read at work' });
      controller.abort(reason);
      await expect(read).rejects.toBe(reason);
      await waitFor(async () => (await busy()).length === 0, { what: 'the end of the work in the server' });
      expect(await take('SELECT 1')).toEqual([1]);
    },
  );

  test('when it is aborted while it waits for its turn, then it leaves the line', async () => {
    const first = reads.stream({ text: 'SELECT 1', values: [] }, { batch: 1, signal: never });
    await first.next();
    const controller = new AbortController();
    const second = take('SELECT 1', controller.signal);
    const third = take('SELECT generate_series(1, 3)');
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    await first.return();
    expect(await third).toEqual([3]);
  });

  test('when the statement is wrong, then DatabaseError is thrown and the connection is given back', async () => {
    await expect(take('SELECT 1 / 0')).rejects.toThrow(DatabaseError);
    await expect(reads.snapshot((tx) => tx.query('CREATE TABLE t ()'))).rejects.toMatchObject({ code: 'DB_REJECTED' });
    expect(await take('SELECT 1')).toEqual([1]);
    expect(await busy()).toEqual([]);
  });

  test('when all connections stay busy, then a read gives its place up after a while, which costs its job nothing', async () => {
    const impatient = createLongReads({ pool, max: 1, canceller: sql, patienceMs: 50 });
    const held = new AbortController();
    const holder = impatient.snapshot((tx) => tx.query(SLEEP), held.signal).catch(() => undefined);
    await waitFor(async () => (await busy()).length === 1, { what: 'the first read at work' });
    await expect(impatient.snapshot((tx) => tx.query('SELECT 1'))).rejects.toMatchObject({ code: 'MUST_WAIT', kind: 'capacity' });
    held.abort();
    await holder;
    expect(await impatient.snapshot((tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  describe('when its connection stays up and nothing passes any more', () => {
    let proxy: TcpProxy;
    let proxied: pg.Pool;
    beforeEach(async () => {
      proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
      const limits = { connectionTimeoutMs: 2_000, statementTimeoutMs: 0, idleInTransactionTimeoutMs: 0 };
      proxied = openPool({ ...limits, url: proxy.through(database.url), name: 'half-open', max: 1, logger: silentLogger });
    });
    afterEach(async () => {
      await proxied.end();
      await proxy.close();
    });

    const halfOpenReads = (): LongReads => createLongReads({ pool: proxied, max: 1, canceller: sql, silenceMs: 300, goodbyeMs: 300 });

    test('then the next batch does not come for ever: the read ends, and the next one gets a connection that works', async () => {
      const stuck = halfOpenReads();
      const read = async (onBatch: () => void): Promise<number> => {
        let rows = 0;
        for await (const batch of stuck.stream({ text: 'SELECT generate_series(1, 25)', values: [] }, { batch: 10, signal: never })) {
          rows += batch.length;
          onBatch();
        }
        return rows;
      };
      await expect(read(() => proxy.blackhole())).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
      await proxy.restore();
      expect(await read(() => undefined)).toBe(25);
    });

    test('then leaving the loop ends as well, without an abort from anybody', async () => {
      const stream = halfOpenReads().stream({ text: 'SELECT generate_series(1, 25)', values: [] }, { batch: 10, signal: never });
      for await (const batch of stream) {
        expect(batch).toHaveLength(10);
        proxy.blackhole();
        break;
      }
      await proxy.restore();
    });
  });
});
