import type { Logger } from '@otklik/shared';
import pg from 'pg';

export type PoolOptions = {
  readonly url: string;
  readonly max: number;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  readonly connectionTimeoutMs: number;
  /** 0: no limit. */
  readonly statementTimeoutMs: number;
  /** 0: no limit. */
  readonly idleInTransactionTimeoutMs: number;
  readonly logger: Logger;
};

const LOCK_TIMEOUT_MS = 2_000;
/** A server that stopped answering (frozen, cut off) doesn't keep its own timeouts: the client has to end the wait. */
const GRACE_MS = 500;

/** A pool with a bound on everything that the driver would otherwise wait for without end. */
export const openPool = (options: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: options.connectionTimeoutMs,
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
    ...(options.statementTimeoutMs > 0 && { query_timeout: options.statementTimeoutMs + GRACE_MS }),
    keepAlive: true,
  });
  // A connection can die between two statements of a transaction, when no call of ours waits for it: the next statement
  // fails then, which is enough. Without a listener the event would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // A connection that dies while idle is replaced on the next use; without a listener it would end the process. A pool that
  // closes has said good-bye already: what the server answers to that is no news.
  pool.on('error', (error) => {
    if (!pool.ending) options.logger.warn('an idle database connection was lost', { pool: options.name, error });
  });
  return pool;
};
