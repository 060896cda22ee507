import { type Clock, type Logger, type Metrics, databaseCodes } from '@otklik/shared';
import type pg from 'pg';
import { toDatabaseError } from './database-errors.ts';
import { type PoolLimits, type PoolRole, poolRoles } from './pool-limits.ts';
import { createSlowLog } from './slow-statements.ts';
import { type PoolWatch, retryReasons } from './watch-pool.ts';

/** What is counted and logged about the pools of a process. */
export type DatabaseWatch = {
  of(pool: PoolRole, limits: Pick<PoolLimits, 'slowTimes'>): PoolWatch;
  /** Tells at each scrape what the connections do. */
  tellPools(pools: Readonly<Record<PoolRole, pg.Pool>>): void;
};

type Deps = { readonly metrics: Metrics; readonly logger: Logger; readonly slowMs: number; readonly clock?: Clock };

/** From a look-up by key to a statement at the end of the longest limit. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export const createDatabaseWatch = ({ metrics, slowMs, ...logDeps }: Deps): DatabaseWatch => {
  const series = createSeries(metrics);
  const { duration, slow, errors, retries } = series;
  const logSlow = createSlowLog(logDeps);

  return {
    of: (pool, { slowTimes }) => {
      startAtZero(series, pool);
      const slowAfterMs = slowMs * slowTimes;
      const failed = (thrown: unknown): string => {
        const { code } = toDatabaseError(thrown);
        errors.inc({ pool, code });
        return code;
      };
      return {
        ended: ({ text, ms, thrown }) => {
          duration.observe({ pool }, ms / 1_000);
          const code = thrown === undefined || isOurEnd(thrown) ? undefined : failed(thrown);
          if (ms < slowAfterMs) return;
          slow.inc({ pool });
          logSlow({ pool, text, ms, code });
        },
        unconnected: (thrown) => void failed(thrown),
        retried: (reason) => retries.inc({ pool, reason }),
        outOfTime: () => errors.inc({ pool, code: 'DB_UNAVAILABLE' }),
      };
    },
    tellPools: (pools) => tellPools(metrics, pools),
  };
};

/** What was aborted takes its connection with it: that is no fault of the database, unless its time was over (`outOfTime`). */
const isOurEnd = (thrown: unknown): boolean => thrown instanceof Error && thrown.message === 'Connection terminated';

const createSeries = (metrics: Metrics) => ({
  duration: metrics.histogram({
    name: 'otklik_db_statement_duration_seconds',
    help: 'From sending a statement to its answer, without the wait for a connection.',
    labels: ['pool'],
    buckets: BUCKETS,
  }),
  slow: metrics.counter({
    name: 'otklik_db_slow_statements_total',
    help: 'Statements that took longer than DATABASE_SLOW_MS (20 times that on reads and exports).',
    labels: ['pool'],
  }),
  errors: metrics.counter({
    name: 'otklik_db_errors_total',
    help: 'Statements and connection attempts that failed, by the code that the product sees.',
    labels: ['pool', 'code'],
  }),
  retries: metrics.counter({
    name: 'otklik_db_retries_total',
    help: 'Statements and transactions that were run again.',
    labels: ['pool', 'reason'],
  }),
});

/** What Prometheus has to see from the first time on: growth, and not a series that appears. */
const startAtZero = ({ duration, slow, errors, retries }: ReturnType<typeof createSeries>, pool: PoolRole): void => {
  duration.zero({ pool });
  slow.inc({ pool }, 0);
  for (const code of databaseCodes) errors.inc({ pool, code }, 0);
  for (const reason of retryReasons) retries.inc({ pool, reason }, 0);
};

const tellPools = (metrics: Metrics, pools: Readonly<Record<PoolRole, pg.Pool>>): void => {
  const connections = metrics.gauge({
    name: 'otklik_db_pool_connections',
    help: 'Open connections, by whether they are in use.',
    labels: ['pool', 'state'],
  });
  const waiting = metrics.gauge({ name: 'otklik_db_pool_waiting', help: 'Callers that wait for a connection.', labels: ['pool'] });
  const max = metrics.gauge({ name: 'otklik_db_pool_max', help: 'Connections that the pool may open.', labels: ['pool'] });
  metrics.onScrape('database pools', () => {
    for (const pool of poolRoles) {
      const { idleCount, totalCount, waitingCount, options } = pools[pool];
      connections.set({ pool, state: 'idle' }, idleCount);
      connections.set({ pool, state: 'busy' }, totalCount - idleCount);
      waiting.set({ pool }, waitingCount);
      max.set({ pool }, options.max);
    }
  });
};
