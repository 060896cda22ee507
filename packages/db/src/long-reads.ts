import { DatabaseError, MustWait, ServiceUnavailableError, withDeadline } from '@otklik/shared';
import type pg from 'pg';
import { toDatabaseError } from './database-errors.ts';
import type { Statement } from './data/sql-params.ts';
import { type Slots, createSlots } from './slots.ts';
import type { Sql, Tx } from './sql.ts';
import { queryOn } from './sql.ts';
import { nameStatement } from './statement-fingerprint.ts';

/**
 * Reads that may take minutes, each on a connection of its own and as of one moment. When all are busy, a read waits its
 * turn for a while, then throws MustWait.
 */
export type LongReads = {
  /**
   * The rows of a statement in batches, in constant memory on both sides. The connection is given back at the end, on
   * `break`, on an error, and at once when the signal aborts, whose reason is thrown then.
   */
  stream<Row extends pg.QueryResultRow>(statement: Statement, options: StreamOptions): AsyncGenerator<readonly Row[], void, undefined>;
  /** Runs `work`, which only reads, in one snapshot. An abort ends it at once, with the signal's reason. */
  snapshot<T>(work: (tx: Tx) => Promise<T>, signal?: AbortSignal): Promise<T>;
};

export type StreamOptions = { readonly batch: number; readonly signal: AbortSignal };

type Deps = {
  readonly pool: pg.Pool;
  /** As many as the pool has connections: its own queue would give up after the time-out for connecting. */
  readonly max: number;
  /** Another pool, to stop what a lost connection would leave running in the server. */
  readonly canceller: Pick<Sql, 'query'>;
  /** How long a read waits for its turn before it gives up. Default 5 s. */
  readonly patienceMs?: number;
  /** A batch that takes longer will not come: its connection is given up. Default 5 min: the first one may be sorted. */
  readonly silenceMs?: number;
  /** How long a connection may take to begin and to end a read before it is cut. Default 5 s. */
  readonly goodbyeMs?: number;
};

/** When another try is worth it: long reads take minutes. */
const COME_BACK_MS = 10_000;

/** Long reads on a pool of their own. */
export const createLongReads = ({ pool, max, canceller, patienceMs = 5_000, silenceMs = 300_000, goodbyeMs = 5_000 }: Deps): LongReads => {
  const slots = createSlots(max);

  const open = async (signal: AbortSignal): Promise<OpenRead> => {
    const giveBack = await takeSlot(slots, { signal, patienceMs });
    try {
      return await beginRead({ pool, giveBack, canceller, signal, goodbyeMs });
    } catch (thrown) {
      giveBack();
      signal.throwIfAborted();
      throw toDatabaseError(thrown);
    }
  };

  return {
    stream: async function* <Row extends pg.QueryResultRow>(statement: Statement, options: StreamOptions) {
      options.signal.throwIfAborted();
      const read = await open(options.signal);
      try {
        yield* batchesOf<Row>(read.tx, statement, { ...options, silenceMs });
      } catch (thrown) {
        // The connection was cut because of the abort: that is the reason, not the broken connection.
        options.signal.throwIfAborted();
        throw thrown;
      } finally {
        await read.close();
      }
    },
    snapshot: async (work, signal = new AbortController().signal) => {
      const read = await open(signal);
      try {
        return await work(read.tx);
      } catch (thrown) {
        signal.throwIfAborted();
        throw thrown;
      } finally {
        await read.close();
      }
    },
  };
};

/** A job that waits here holds a worker's slot and uses up its timeout: it had better come back later, which is free. */
const takeSlot = async (slots: Slots, { signal, patienceMs }: { signal: AbortSignal; patienceMs: number }): Promise<() => void> => {
  const patience = AbortSignal.timeout(patienceMs);
  try {
    return await slots.take(AbortSignal.any([signal, patience]));
  } catch (thrown) {
    signal.throwIfAborted();
    if (!patience.aborted) throw thrown;
    throw new MustWait('All connections for long reads are busy.', { kind: 'capacity', waitMs: COME_BACK_MS });
  }
};

const batchesOf = async function* <Row extends pg.QueryResultRow>(
  tx: Tx,
  { text, values }: Statement,
  { batch, signal, silenceMs }: StreamOptions & { readonly silenceMs: number },
): AsyncGenerator<readonly Row[], void, undefined> {
  // Where batches are slow, the name of the cursor tells whose they are.
  const cursor = `read_${nameStatement(text).fingerprint}`;
  await inTime(tx.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${text}`, values), silenceMs);
  const fetch = (): Promise<readonly Row[]> => inTime(tx.query<Row>(`FETCH ${batch} FROM ${cursor}`), silenceMs);
  let coming = fetch();
  try {
    for (let isLast = false; !isLast;) {
      const rows = await coming;
      isLast = rows.length < batch;
      // The server looks up the next rows while these are at work. A failure is noticed when they are wanted.
      if (!isLast) (coming = fetch()).catch(() => undefined);
      signal.throwIfAborted();
      if (rows.length > 0) yield rows;
      signal.throwIfAborted();
    }
  } finally {
    await coming.catch(() => undefined);
  }
};

type BeginDeps = Pick<Deps, 'pool' | 'canceller'> & { giveBack(): void; signal: AbortSignal; goodbyeMs: number };

type OpenRead = { readonly tx: Tx; close(): Promise<void> };

/**
 * A cursor is planned for its first tenth unless told otherwise; ours are read to the end. Compiling for long reads
 * takes longer than what it saves: they are bound by the lookup of rows.
 */
const BEGIN = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL cursor_tuple_fraction = 1; SET LOCAL jit = off`;

const beginRead = async (deps: BeginDeps): Promise<OpenRead> => {
  const client = await deps.pool.connect();
  const tx = queryOn(client);
  let isOpen = true;
  let pid: number | undefined;

  const release = (cause?: Error): void => {
    if (!isOpen) return;
    isOpen = false;
    deps.signal.removeEventListener('abort', cut);
    client.release(cause);
    if (cause === undefined) client.off('error', ignore);
    deps.giveBack();
  };
  const cut = (): void => {
    release(new Error('The read was aborted.'));
    if (pid !== undefined) deps.canceller.query('SELECT pg_cancel_backend($1)', [pid]).catch(() => undefined);
  };
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    // A connection whose rollback fails, or does not come back, is in an unknown state: the pool must not hand it out again.
    await inTime(client.query('ROLLBACK'), deps.goodbyeMs).then(
      () => release(),
      (cause: unknown) => release(cause instanceof Error ? cause : new Error('The rollback failed.', { cause })),
    );
  };

  // A connection that dies between two batches is noticed by the next one; without a listener it would end the process.
  client.on('error', ignore);
  deps.signal.addEventListener('abort', cut, { once: true });
  if (deps.signal.aborted) cut();
  try {
    await inTime(client.query(BEGIN), deps.goodbyeMs);
    const [backend] = await inTime(tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'), deps.goodbyeMs);
    pid = backend?.pid;
    return { tx, close };
  } catch (thrown) {
    release(thrown instanceof Error ? thrown : new Error('The read could not begin.', { cause: thrown }));
    throw thrown;
  }
};

/** These pools have no limit of their own, and a connection that is half open answers nothing and reports nothing. */
const inTime = async <T>(answer: Promise<T>, ms: number): Promise<T> => {
  try {
    return await withDeadline(answer, ms);
  } catch (thrown) {
    if (!(thrown instanceof ServiceUnavailableError)) throw thrown;
    throw new DatabaseError('DB_UNAVAILABLE', 'The database fell silent in the middle of a read.', { cause: thrown });
  }
};

const ignore = (): void => undefined;
