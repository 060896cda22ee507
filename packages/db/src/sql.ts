import { finished } from 'node:stream/promises';
import { DatabaseError } from '@otklik/shared';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { toDatabaseError } from './database-errors.ts';
import { type RunOptions, createRunAgain } from './run-again.ts';
import { type PoolWatch, noWatch } from './watch-pool.ts';

/** Statements against one pool. Every failure is a DatabaseError. */
export type Sql = {
  /** A statement on its own is a transaction: it is run again for the same reasons as one. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[], options?: QueryOptions): Promise<readonly Row[]>;
  /**
   * Runs `work` in one transaction. Deadlocks and serialization failures are tried again, three times in all, and so is
   * a lost connection where nothing but BEGIN was sent or the work is idempotent: `work` must do nothing but SQL.
   * Throwing rolls back.
   */
  transaction<T>(work: (tx: WriteTx) => Promise<T>, options?: RunOptions): Promise<T>;
};

export type QueryOptions = RunOptions & {
  /** The caller's own limit, where the one of the pool is too long. */
  readonly withinMs?: number;
};

/** Statements inside a transaction. */
export type Tx = {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
};

/** Inside a transaction that writes. */
export type WriteTx = Tx & {
  /** Runs a COPY … FROM STDIN with `rows` in its text form. */
  copy(text: string, rows: string): Promise<void>;
};

/** Statements on a pool; every failure comes out as a DatabaseError. */
export const createSql = (pool: pg.Pool, { retried }: Pick<PoolWatch, 'retried'> = noWatch): Sql => {
  const runAgain = createRunAgain({ retried });
  return {
    query: (text, values = [], options = {}) => runAgain(() => ask(pool, { text, values, withinMs: options.withinMs }), options),
    transaction: (work, options = {}) =>
      runAgain(async (isSent) => {
        isSent(false);
        return inTransaction(pool, work, () => isSent(true));
      }, options),
  };
};

/** Statements on one connection. */
export const queryOn = (client: Pick<pg.Pool, 'query'>): Tx => ({ query: (text, values = []) => ask(client, { text, values }) });

type Question = { readonly text: string; readonly values: readonly unknown[]; readonly withinMs?: number | undefined };

const ask = async <Row extends pg.QueryResultRow>(client: Pick<pg.Pool, 'query'>, question: Question): Promise<readonly Row[]> => {
  // The driver takes a limit for one statement, which its types don't know.
  const config = { text: question.text, values: [...question.values], query_timeout: question.withinMs };
  try {
    const { rows } = await client.query<Row>(config);
    return rows;
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
};

const inTransaction = async <T>(pool: pg.Pool, work: (tx: WriteTx) => Promise<T>, onBegun: () => void): Promise<T> => {
  const client = await pool.connect().catch((cause: unknown) => {
    throw toDatabaseError(cause);
  });
  const tx = { ...queryOn(client), copy: copyOn(client, pool.options.query_timeout) };
  try {
    await tx.query('BEGIN');
    onBegun();
    const result = await work(tx);
    await tx.query('COMMIT');
    client.release();
    return result;
  } catch (thrown) {
    await giveBack(client, thrown);
    throw thrown;
  }
};

/** A connection that is silent or lost, or whose rollback fails, is in an unknown state: nobody may get it again. */
const giveBack = async (client: pg.PoolClient, thrown: unknown): Promise<void> => {
  if (thrown instanceof DatabaseError && thrown.code === 'DB_UNAVAILABLE') return client.release(thrown);
  await client.query('ROLLBACK').then(
    () => client.release(),
    (cause: unknown) => client.release(cause instanceof Error ? cause : true),
  );
};

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
