import type pg from 'pg';
import { toDatabaseError } from './database-errors.ts';

/** Ends statements that nobody waits for any more, on another pool. */
export type Canceller = { query(text: string, values: readonly unknown[]): Promise<unknown> };

/** A connection of a pool in the hands of one caller. */
export type HeldClient = {
  readonly client: pg.PoolClient;
  /** Gives it back, or with a cause throws it away. Only the first call counts. */
  release(cause?: Error | true): void;
};

type Holding = { readonly signal?: AbortSignal | undefined; readonly canceller?: Canceller | undefined };

/** Behind a pooler the driver was told a number that is not the backend's: nobody else's statement may end for that. */
const CANCEL = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND application_name = $2 AND datname = current_database()`;

/**
 * A connection that is cut as soon as the signal aborts, and what it was doing ended in the server, which would go on
 * otherwise. Whoever waits for an answer on it gets an error then: throw the signal's reason instead.
 */
export const holdClient = async (pool: pg.Pool, { signal, canceller }: Holding = {}): Promise<HeldClient> => {
  signal?.throwIfAborted();
  const client = await pool.connect().catch((cause: unknown) => {
    throw toDatabaseError(cause);
  });
  let isHeld = true;
  const release = (cause?: Error | true): void => {
    if (!isHeld) return;
    isHeld = false;
    signal?.removeEventListener('abort', cut);
    client.release(cause);
  };
  const cut = (): void => {
    release(new Error('The statement was aborted.'));
    // What a free connection is asked is answered by nobody: there is nothing to wait for.
    canceller?.query(CANCEL, [backendOf(client), pool.options.application_name]).catch(() => undefined);
  };
  if (signal?.aborted === true) release();
  signal?.throwIfAborted();
  signal?.addEventListener('abort', cut, { once: true });
  return { client, release };
};

/** The driver knows it and its types do not. */
const backendOf = (client: pg.PoolClient): number | null => {
  const pid: unknown = Reflect.get(client, 'processID');
  return typeof pid === 'number' ? pid : null;
};
