import { finished } from 'node:stream/promises';
import { DatabaseError, retry } from '@otklik/shared';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { toDatabaseError } from './database-errors.ts';

/** Statements against one pool. Every failure is a DatabaseError. */
export type Sql = {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /**
   * Runs `work` in one transaction. Deadlocks and serialization failures are tried again up to three times, so `work`
   * must do nothing but SQL. Throwing rolls back.
   */
  transaction<T>(work: (tx: WriteTx) => Promise<T>): Promise<T>;
};

/** Statements inside a transaction. */
export type Tx = Pick<Sql, 'query'>;

/** Inside a transaction that writes. */
export type WriteTx = Tx & {
  /** Runs a COPY … FROM STDIN with `rows` in its text form. */
  copy(text: string, rows: string): Promise<void>;
};

/** Statements on a pool; every failure comes out as a DatabaseError. */
export const createSql = (pool: pg.Pool): Sql => {
  const once = async <T>(work: (tx: WriteTx) => Promise<T>): Promise<T> => {
    const client = await pool.connect().catch((cause: unknown) => {
      throw toDatabaseError(cause);
    });
    const tx = { ...queryOn(client), copy: copyOn(client, pool.options.query_timeout) };
    try {
      await tx.query('BEGIN');
      const result = await work(tx);
      await tx.query('COMMIT');
      client.release();
      return result;
    } catch (thrown) {
      // A connection whose rollback fails is in an unknown state: the pool must not hand it out again.
      await client.query('ROLLBACK').then(
        () => client.release(),
        (cause: unknown) => client.release(cause instanceof Error ? cause : true),
      );
      throw thrown;
    }
  };

  return {
    ...queryOn(pool),
    transaction: (work) =>
      retry(() => once(work), {
        attempts: 3,
        baseMs: 20,
        shouldRetry: (error) => error instanceof DatabaseError && error.code === 'DB_CONFLICT',
      }),
  };
};

/** Statements on one connection, or on a pool when they need not share one. */
export const queryOn = (client: Pick<pg.Pool, 'query'>): Tx => ({
  query: async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    try {
      const { rows } = await client.query<Row>(text, [...values]);
      return rows;
    } catch (thrown) {
      throw toDatabaseError(thrown);
    }
  },
});

/** The driver's own limit does not count for streams, and a server that froze would keep its caller for ever. */
const copyOn =
  (client: pg.PoolClient, timeoutMs: number | undefined): WriteTx['copy'] =>
  async (text, rows) => {
    try {
      const copying = client.query(copyFrom(text));
      copying.end(rows);
      await finished(copying, timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) });
    } catch (thrown) {
      throw toDatabaseError(thrown);
    }
  };
