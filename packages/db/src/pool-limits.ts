/**
 * What a pool is for: `requests` answers callers and does the work of jobs, `movers` hands jobs from state to state,
 * `reads` and `exports` read for minutes. None can take the connections of another.
 */
export const poolRoles = ['requests', 'movers', 'reads', 'exports'] as const;
export type PoolRole = (typeof poolRoles)[number];

/** Whom the pools serve. Commands and tests count as an API. */
export type ProcessKind = 'api' | 'worker';

/** Bounds on everything that PostgreSQL and its driver would otherwise wait for without end. */
export type PoolLimits = {
  /** Connections; the pool opens them when it needs them. */
  readonly max: number;
  /** How long to wait for a connection, be it a free one or a new one. */
  readonly connectionTimeoutMs: number;
  /** The server ends a statement that takes longer. 0: no limit. The client gives up `ANSWER_GRACE_MS` later. */
  readonly statementTimeoutMs: number;
  /** The server ends a wait for a lock that takes longer. */
  readonly lockTimeoutMs: number;
  /** The server ends a transaction in which nothing happens for so long. 0: no limit. */
  readonly idleInTransactionTimeoutMs: number;
  /** A statement is slow after so many times `DATABASE_SLOW_MS`. */
  readonly slowTimes: number;
};

/** A server that stopped answering (frozen, cut off) doesn't keep its own limits: the client ends the wait so much later. */
export const ANSWER_GRACE_MS = 500;

const short = { connectionTimeoutMs: 2_000, lockTimeoutMs: 2_000, idleInTransactionTimeoutMs: 10_000, slowTimes: 1 };
/** Long reads have no limit in the server: `long-reads.ts` bounds each batch (5 min), and begin and end (5 s). */
const long = { connectionTimeoutMs: 2_000, lockTimeoutMs: 2_000, statementTimeoutMs: 0, idleInTransactionTimeoutMs: 0, slowTimes: 20 };
const movers = { ...short, max: 2, statementTimeoutMs: 10_000 };

/** The one table of pools. A caller of the API waits seconds; a job may write a large page to a slow disk. */
export const poolLimits = {
  api: {
    // Whoever waits for a lock hears of that, and not of the end of the 2 s that an answer has.
    requests: { ...short, lockTimeoutMs: 1_500, max: 10, statementTimeoutMs: 5_000 },
    movers,
    reads: { ...long, max: 2 },
    exports: { ...long, max: 1 },
  },
  worker: {
    requests: { ...short, max: 10, statementTimeoutMs: 60_000 },
    movers,
    reads: { ...long, max: 4 },
    exports: { ...long, max: 4 },
  },
} as const satisfies Record<ProcessKind, Record<PoolRole, PoolLimits>>;
