import { finished } from 'node:stream/promises';
import { DatabaseError } from '@otklik/shared';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { toDatabaseError } from './database-errors.ts';
import { type Canceller, type HeldClient, holdClient } from './held-client.ts';
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
  transaction<T>(work: (tx: WriteTx) => Promise<T>, options?: TransactionOptions): Promise<T>;
};

export type TransactionOptions = RunOptions & {
  /** Ends it at once, also in the server, with the signal's reason. Whether it was committed is not known then. */
  readonly signal?: AbortSignal | undefined;
};

export type QueryOptions = TransactionOptions & {
  /** The caller's own limit, where the one of the pool is too long. */
  readonly withinMs?: number;
  /** Of a statement that is run many times a second: it is planned once per connection under this name, where connections keep that. */
  readonly name?: string;
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

type SqlOptions = {
  /** Told of what is run again. Default: nobody. */
  readonly watch?: Partial<Pick<PoolWatch, 'retried' | 'outOfTime'>>;
  /** Needed where signals are given. */
  readonly canceller?: Canceller;
  /** Connections keep statements that have a name; a pooler in between may not. Default: no. */
  readonly prepares?: boolean;
};

/** Statements on a pool; every failure comes out as a DatabaseError. */
export const createSql = (pool: pg.Pool, { watch, canceller, prepares = false }: SqlOptions = {}): Sql => {
  const { retried, outOfTime } = { ...noWatch, ...watch };
  const runAgain = createRunAgain({ retried });
  return {
    query: (text, values = [], { signal, withinMs, name, ...options } = {}) => {
      const question = { text, values, withinMs, name: prepares ? name : undefined };
      if (signal === undefined) return runAgain(() => ask(pool, question), options);
      return runAgain(() => onHeld(pool, { signal, canceller, outOfTime }, (held) => askOn(held, question)), options);
    },
    transaction: (work, { signal, ...options } = {}) =>
      runAgain(async (isSent) => {
        isSent(false);
        const begin = (held: HeldClient) =>
          inTransaction(held, work, { onBegun: () => isSent(true), timeoutMs: pool.options.query_timeout });
        return onHeld(pool, { signal, canceller, outOfTime }, begin);
      }, options),
  };
};

/** Statements on one connection. */
export const queryOn = (client: Pick<pg.Pool, 'query'>): Tx => ({ query: (text, values = []) => ask(client, { text, values }) });

type Question = {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly withinMs?: number | undefined;
  readonly name?: string | undefined;
};

const ask = async <Row extends pg.QueryResultRow>(client: Pick<pg.Pool, 'query'>, question: Question): Promise<readonly Row[]> => {
  // The driver takes a limit for one statement, which its types don't know.
  const config = { text: question.text, values: [...question.values], query_timeout: question.withinMs, name: question.name };
  try {
    const { rows } = await client.query<Row>(config);
    return rows;
  } catch (thrown) {
    throw toDatabaseError(thrown);
  }
};

type Holding = {
  readonly signal: AbortSignal | undefined;
  readonly canceller: Canceller | undefined;
  readonly outOfTime: () => void;
};

/** Whatever broke after the abort broke because of it. */
const onHeld = async <T>(pool: pg.Pool, holding: Holding, work: (held: HeldClient) => Promise<T>): Promise<T> => {
  const held = await holdClient(pool, holding);
  try {
    return await work(held);
  } catch (thrown) {
    if (isTimeOver(holding.signal)) holding.outOfTime();
    holding.signal?.throwIfAborted();
    throw thrown;
  }
};

/** By `AbortSignal.timeout`. */
const isTimeOver = (signal: AbortSignal | undefined): boolean =>
  signal?.reason instanceof DOMException && signal.reason.name === 'TimeoutError';

const askOn = async <Row extends pg.QueryResultRow>({ client, release }: HeldClient, question: Question): Promise<readonly Row[]> => {
  try {
    const rows = await ask<Row>(client, question);
    release();
    return rows;
  } catch (thrown) {
    release(thrown instanceof Error ? thrown : true);
    throw thrown;
  }
};

type Begun = { readonly onBegun: () => void; readonly timeoutMs: number | undefined };

const inTransaction = async <T>(held: HeldClient, work: (tx: WriteTx) => Promise<T>, { onBegun, timeoutMs }: Begun): Promise<T> => {
  const { client, release } = held;
  const tx = { ...queryOn(client), copy: copyOn(client, timeoutMs) };
  try {
    await tx.query('BEGIN');
    onBegun();
    const result = await work(tx);
    await tx.query('COMMIT');
    release();
    return result;
  } catch (thrown) {
    await giveBack(held, thrown);
    throw thrown;
  }
};

/** A connection that is silent or lost, or whose rollback fails, is in an unknown state: nobody may get it again. */
const giveBack = async ({ client, release }: HeldClient, thrown: unknown): Promise<void> => {
  if (thrown instanceof DatabaseError && thrown.code === 'DB_UNAVAILABLE') return release(thrown);
  await client.query('ROLLBACK').then(
    () => release(),
    (cause: unknown) => release(cause instanceof Error ? cause : true),
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
