import type { Metrics } from '../metrics/metrics.ts';
import { type CircuitState, circuitStates } from '../resilience/circuit-limits.ts';
import type { MemoryTier } from './memory-tier.ts';

export type TierName = 'memory' | 'redis';
/** `negative`: it is known that there is nothing. `error`: the store failed, or gave back what is not a value. */
export type RequestResult = 'hit' | 'miss' | 'stale' | 'negative' | 'error';
/** `too_large`: handed on and not kept. */
export type LoadResult = 'ok' | 'error' | 'too_large';
const dropScopes = ['key', 'prefix', 'tag', 'remote', 'everything'] as const;
export type DropScope = (typeof dropScopes)[number];

export type CacheMetrics = {
  requested(kind: string, tier: TierName, result: RequestResult): void;
  loaded(kind: string, result: LoadResult): void;
  dropped(scope: DropScope): void;
  /** Of one exchange with Redis. Memory answers in less time than measuring takes. */
  took(operation: string, seconds: number): void;
};

const BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25];

/** The series of the cache. */
export const createCacheMetrics = (metrics: Metrics): CacheMetrics => {
  const requests = metrics.counter<'kind' | 'tier' | 'result'>({
    name: 'otklik_cache_requests_total',
    help: 'Values that were asked for, by what each tier answered.',
    labels: ['kind', 'tier', 'result'],
  });
  const loads = metrics.counter<'kind' | 'result'>({
    name: 'otklik_cache_loads_total',
    help: 'Values that had to be made because the cache had none.',
    labels: ['kind', 'result'],
  });
  const drops = metrics.counter<'scope'>({
    name: 'otklik_cache_invalidations_total',
    help: 'Invalidations, by what was dropped; remote: told by another process; everything: the subscription had been lost.',
    labels: ['scope'],
  });
  for (const scope of dropScopes) drops.inc({ scope }, 0);
  const durations = metrics.histogram<'tier' | 'operation'>({
    name: 'otklik_cache_operation_duration_seconds',
    help: 'Exchanges with the Redis of the cache, those that failed included.',
    labels: ['tier', 'operation'],
    buckets: BUCKETS,
  });
  return {
    requested: (kind, tier, result) => requests.inc({ kind, tier, result }),
    loaded: (kind, result) => loads.inc({ kind, result }),
    dropped: (scope) => drops.inc({ scope }),
    took: (operation, seconds) => durations.observe({ tier: 'redis', operation }, seconds),
  };
};

/** What the memory tier holds, told at each scrape. */
export const tellMemory = (metrics: Metrics, memory: MemoryTier): void => {
  const bytes = metrics.gauge({ name: 'otklik_cache_memory_bytes', help: 'Estimated size of what the memory tier holds.' });
  const entries = metrics.gauge({ name: 'otklik_cache_memory_entries', help: 'Values in the memory tier.' });
  metrics.onScrape('cache memory', () => {
    bytes.set({}, memory.size().bytes);
    entries.set({}, memory.size().entries);
  });
};

/** Whether Redis is asked at all, told at each scrape. */
export const tellBreaker = (metrics: Metrics, state: () => CircuitState): void => {
  const gauge = metrics.gauge<'state'>({
    name: 'otklik_cache_breaker_state',
    help: 'Breaker before the Redis of the cache: 1 for the present state. Open: values are loaded as if there were none.',
    labels: ['state'],
  });
  metrics.onScrape('cache breaker', () => {
    for (const one of circuitStates) gauge.set({ state: one }, state() === one ? 1 : 0);
  });
};
