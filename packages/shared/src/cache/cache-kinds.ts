import type { CacheKind } from './cache.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const KIB = 1_024;

/** Found at VK under a name or an id: changes rarely, costs a request that is paced. */
const resolved = {
  version: 1,
  reach: 'shared',
  ttlMs: HOUR,
  jitter: 0.1,
  staleMs: 10 * MINUTE,
  staleIfErrorMs: 24 * HOUR,
  // Somebody who mistyped a name will make it right, and somebody may take the name.
  negativeTtlMs: MINUTE,
  maxBytes: 4 * KIB,
  lockMs: 10 * SECOND,
} as const;

/** Never older than it says, in this process alone. */
const momentary = { version: 1, reach: 'process', jitter: 0, staleMs: 0, staleIfErrorMs: 0, lockMs: SECOND } as const;

/** Every kind of data that Otklik caches: the one table of keys and times. */
export const cacheKinds = {
  walls: { name: 'walls', ...resolved },
  users: { name: 'users', ...resolved },
  /** What a finished job found. */
  parseResults: {
    name: 'parse_results',
    version: 1,
    reach: 'shared',
    ttlMs: 15 * MINUTE,
    jitter: 0.1,
    staleMs: 0,
    staleIfErrorMs: HOUR,
    negativeTtlMs: 5 * SECOND,
    maxBytes: 256 * KIB,
    lockMs: 10 * SECOND,
  },
  /** Numbers over all that was collected. Ids begin with the workspace: `<workspace>:<which>:…`. */
  statistics: {
    name: 'statistics',
    version: 1,
    reach: 'shared',
    ttlMs: MINUTE,
    jitter: 0.1,
    staleMs: MINUTE,
    staleIfErrorMs: 10 * MINUTE,
    negativeTtlMs: 5 * SECOND,
    maxBytes: 256 * KIB,
    lockMs: 10 * SECOND,
  },
  /** Depth of the queues: what dashboards that ask every second may cost the database. No stale numbers: an operator who looks during an outage must not see yesterday's calm. */
  queues: {
    name: 'queues',
    version: 1,
    reach: 'shared',
    ttlMs: 2 * SECOND,
    jitter: 0,
    staleMs: 0,
    staleIfErrorMs: 0,
    negativeTtlMs: SECOND,
    maxBytes: 64 * KIB,
    lockMs: 5 * SECOND,
  },
  /**
   * The text of one version of a job, for those who poll; the version is looked up anew for every answer. A text may be used
   * for so long: an estimated time goes on while nothing else changes.
   */
  jobAnswers: { name: 'job_answers', ...momentary, ttlMs: SECOND, negativeTtlMs: SECOND, maxBytes: 256 * KIB },
  /** How long a revoked key may still work. Digests of keys do not leave the process. */
  apiKeys: { name: 'api_keys', ...momentary, ttlMs: SECOND, negativeTtlMs: SECOND, maxBytes: 4 * KIB },
} as const satisfies Record<string, CacheKind>;
