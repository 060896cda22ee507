import type { Logger } from '@otklik/shared';
import pg from 'pg';
import { ANSWER_GRACE_MS, type PoolLimits } from './pool-limits.ts';
import { type PoolWatch, watchPool } from './watch-pool.ts';

export type PoolOptions = Omit<PoolLimits, 'lockTimeoutMs' | 'slowTimes'> & {
  readonly url: string;
  /** Shown in `pg_stat_activity`. */
  readonly name: string;
  /** Default 2 s. */
  readonly lockTimeoutMs?: number;
  readonly logger: Logger;
  /** Default: nobody. */
  readonly watch?: PoolWatch;
};

/** A pool with a bound on everything that the driver would otherwise wait for without end. */
export const openPool = ({ statementTimeoutMs, lockTimeoutMs = 2_000, watch, ...options }: PoolOptions): pg.Pool => {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.name,
    connectionTimeoutMillis: options.connectionTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
    ...(statementTimeoutMs > 0 && { query_timeout: statementTimeoutMs + ANSWER_GRACE_MS }),
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
  if (watch !== undefined) watchPool(pool, watch);
  return pool;
};
