import { type Clock, systemClock } from '../clock/clock.ts';
import { type Logger, silentLogger } from '../logging/logger.ts';
import { type Metrics, noMetrics } from '../metrics/metrics.ts';
import type { Cache } from './cache.ts';
import { createCacheMetrics, tellMemory } from './cache-metrics.ts';
import { createCache } from './create-cache.ts';
import { createFlights } from './flights.ts';
import { createMemoryTier, noMemory } from './memory-tier.ts';
import { type RedisTierOptions, openRedisTier } from './redis-tier.ts';
import { noSharedTier } from './shared-tier.ts';

type Common = {
  readonly clock?: Clock;
  /** 0 ≤ x < 1; for tests. */
  readonly random?: () => number;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  readonly logger?: Logger;
};

export type MemoryCacheOptions = Common & {
  /** What is used least recently goes first. Default 32 MiB. */
  readonly maxBytes?: number;
};

export type RedisCacheOptions = Common & RedisTierOptions;
export type CacheOptions = MemoryCacheOptions &
  Omit<RedisTierOptions, 'url'> & {
    /** Of the Redis that all processes share; undefined: in memory alone. */
    readonly url: string | undefined;
  };

const MEMORY_BYTES = 32 * 1_024 * 1_024;

/** A cache in this process, bounded. */
export const createMemoryCache = ({ maxBytes = MEMORY_BYTES, ...options }: MemoryCacheOptions = {}): Cache => {
  const { clock, random, metrics, logger } = withDefaults(options);
  const memory = createMemoryTier({ maxBytes });
  tellMemory(metrics, memory);
  const cacheMetrics = createCacheMetrics(metrics);
  return createCache({ memory, tier: noSharedTier, flights: createFlights(), clock, random, metrics: cacheMetrics, logger });
};

/** A cache in Redis alone: every read goes there. Never waits for it to be reachable, and works without it. */
export const openRedisCache = (options: RedisCacheOptions): Cache => openTiers(options, 0);

/** Memory in front of Redis. Never waits for Redis to be reachable, and works without it. */
export const openTieredCache = ({ maxBytes = MEMORY_BYTES, ...options }: RedisCacheOptions & MemoryCacheOptions): Cache =>
  openTiers(options, maxBytes);

/** The cache of a process of the product: in memory, and in front of Redis where a URL says so. */
export const openCache = ({ url, ...options }: CacheOptions): Cache =>
  url === undefined ? createMemoryCache(options) : openTieredCache({ ...options, url });

const openTiers = (options: RedisCacheOptions, maxBytes: number): Cache => {
  const { clock, random, metrics, logger } = withDefaults(options);
  const memory = maxBytes === 0 ? noMemory : createMemoryTier({ maxBytes });
  tellMemory(metrics, memory);
  const cacheMetrics = createCacheMetrics(metrics);
  const flights = createFlights();
  const tier = openRedisTier({
    ...options,
    logger,
    metrics,
    cacheMetrics,
    onDrop: (labels) => {
      cacheMetrics.dropped('remote');
      flights.revoke(labels);
      memory.drop(labels);
    },
    onMissed: () => {
      cacheMetrics.dropped('everything');
      flights.revokeAll();
      memory.clear();
    },
  });
  return createCache({ memory, tier, flights, clock, random, metrics: cacheMetrics, logger });
};

const withDefaults = ({ clock = systemClock, random = Math.random, metrics = noMetrics, logger = silentLogger }: Common) => ({
  clock,
  random,
  metrics,
  logger,
});
