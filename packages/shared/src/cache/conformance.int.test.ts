import { afterEach, describe, test } from '@jest/globals';
import { cachePromises, describeWithRedis, testRedis } from '@otklik/testing';
import { type Cache, createMemoryCache, openRedisCache, openTieredCache } from '@otklik/shared';
import { openConnected } from './testing/cache-under-test.ts';

/** Every promise, on a cache of its own. */
const keepsThem = (open: () => Promise<Cache>): void => {
  let cache: Cache;
  afterEach(() => cache.close());
  test.each(cachePromises)('$title', async ({ run }) => {
    cache = await open();
    await run(cache);
  });
};

describe('what a cache promises: in memory', () => keepsThem(async () => createMemoryCache()));

const redisOptions = () => {
  const { url, prefix } = testRedis();
  // The machine of a test may be busy; that is not what is tried here.
  return { url, prefix, deadlineMs: 5_000 };
};

describeWithRedis('what a cache promises: in Redis', () =>
  keepsThem(async () => (await openConnected((metrics) => openRedisCache({ ...redisOptions(), metrics }))).cache),
);

describeWithRedis('what a cache promises: in memory in front of Redis', () =>
  keepsThem(async () => (await openConnected((metrics) => openTieredCache({ ...redisOptions(), metrics }))).cache),
);
