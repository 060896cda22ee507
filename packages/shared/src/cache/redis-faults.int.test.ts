import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { type Cache, type Metrics, createLogger, openRedisCache, openTieredCache } from '@otklik/shared';
import { type PrivateRedis, aKey, describeWithRedis, startPrivateRedis, waitFor } from '@otklik/testing';
import { type CacheUnderTest, openConnected, openMeasured } from './testing/cache-under-test.ts';
import { askRedis } from './testing/ask-redis.ts';

let lines: Record<string, unknown>[];
const opened: Cache[] = [];
const logger = createLogger({ level: 'info', service: 'test', write: (line) => void lines.push(JSON.parse(line)) });
const messages = (): readonly unknown[] => lines.map(({ message }) => message);

/** Patient by default: the machine of a test may be busy, and most of these are not about slow answers. */
const cacheOn =
  (url: string, { open = openRedisCache, deadlineMs = 5_000 } = {}) =>
  (metrics: Metrics): Cache => {
    const cache = open({ url, metrics, logger, deadlineMs, retryAfterMs: 100, heartbeatMs: 100 });
    opened.push(cache);
    return cache;
  };

beforeEach(() => {
  lines = [];
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
});

/** Loads ten values one after the other and ten at once; rejects as soon as one of them is not the loaded one. */
const expectLoaded = async ({ cache }: CacheUnderTest): Promise<void> => {
  const load = async (id: string): Promise<void> =>
    expect(await cache.getOrLoad(aKey(id), async () => `loaded ${id}`)).toBe(`loaded ${id}`);
  for (let index = 0; index < 10; index += 1) await load(`one:${index}`);
  await Promise.all(Array.from({ length: 10 }, (_, index) => load(`two:${index}`)));
  await cache.set(aKey('a'), 'v');
  await cache.delete(aKey('a'));
  expect(await cache.getMany([aKey('a'), aKey('b')])).toEqual([undefined, undefined]);
};

const isOpen = async ({ series }: CacheUnderTest): Promise<boolean> =>
  (await series('otklik_cache_breaker_state', { state: 'closed' })) === 0;

const expectUsed = async ({ cache }: CacheUnderTest): Promise<void> => {
  await waitFor(async () => {
    await cache.set(aKey('again'), 'v');
    return (await cache.get(aKey('again'))) === 'v';
  });
};

const faults: readonly (readonly [string, (redis: PrivateRedis) => unknown, (redis: PrivateRedis) => unknown])[] = [
  ['frozen', (redis) => redis.freeze(), (redis) => redis.thaw()],
  ['dead', (redis) => redis.kill(), (redis) => redis.restart()],
  ['full', ({ url }) => askRedis(url, 'CONFIG', 'SET', 'maxmemory', '1'), ({ url }) => askRedis(url, 'CONFIG', 'SET', 'maxmemory', '0')],
  ['read-only', ({ url }) => askRedis(url, 'REPLICAOF', '127.0.0.1', '1'), ({ url }) => askRedis(url, 'REPLICAOF', 'NO', 'ONE')],
];

describeWithRedis('when the Redis of the cache is in trouble, then nobody who wants a value hears of it', () => {
  let redis: PrivateRedis;
  beforeEach(async () => {
    redis = await startPrivateRedis();
  });
  afterEach(() => redis.stop());

  test.each(faults)('%s, and well again: values are loaded, the circuit opens and closes, two lines tell it', async (_what, harm, mend) => {
    const under = await openConnected(cacheOn(redis.url, { deadlineMs: 150 }));
    expect(await isOpen(under)).toBe(false);
    await harm(redis);
    await expectLoaded(under);
    expect(await isOpen(under)).toBe(true);
    expect(await under.series('otklik_cache_requests_total', { tier: 'redis', result: 'error' })).toBeGreaterThan(0);
    // Probes that fail in the meantime say nothing new.
    const probes = await under.series('otklik_cache_operation_duration_seconds_count', { operation: 'probe' });
    await waitFor(async () => (await under.series('otklik_cache_operation_duration_seconds_count', { operation: 'probe' })) > probes + 1);
    expect(messages()).toEqual(['cache unreachable, values are loaded without it']);
    await mend(redis);
    await waitFor(async () => !(await isOpen(under)));
    await expectUsed(under);
    expect(messages()).toEqual(['cache unreachable, values are loaded without it', 'cache reachable again']);
  });

  test('not there when the process starts, then it starts, and uses the Redis when it comes', async () => {
    await redis.kill();
    const under = openMeasured(cacheOn(redis.url));
    await expectLoaded(under);
    await redis.restart();
    await expectUsed(under);
  });

  test('frozen while something is deleted, then that is made up for: nobody finds the old value afterwards', async () => {
    const under = await openConnected(cacheOn(redis.url, { open: openTieredCache, deadlineMs: 150 }));
    await under.cache.set(aKey('w1:a', { tags: ['t'] }), 'old');
    await under.cache.set(aKey('b'), 'old');
    redis.freeze();
    await under.cache.deleteTag('t');
    await under.cache.set(aKey('b'), 'new');
    redis.thaw();
    const other = await openConnected(cacheOn(redis.url));
    await waitFor(async () => (await other.cache.getMany([aKey('w1:a', { tags: ['t'] }), aKey('b')])).every((value) => value !== 'old'));
  });

  test('refuses one deletion and nothing else, then that is made up for although no outage was noticed', async () => {
    const under = await openConnected(cacheOn(redis.url));
    const key = aKey('a', { tags: ['t'] });
    await under.cache.set(key, 'old');
    await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '1');
    await under.cache.deleteTag('t');
    await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
    expect(await isOpen(under)).toBe(false);
    await under.cache.get(aKey('another'));
    const other = await openConnected(cacheOn(redis.url));
    await waitFor(async () => (await other.cache.get(key)) === undefined);
    expect(messages()).toEqual([]);
  });

  test.each([
    ['half a text', async (name: string) => askRedis(redis.url, 'SETRANGE', name, String(await askRedis(redis.url, 'STRLEN', name)), '{')],
    ['a text of nobody', (name: string) => askRedis(redis.url, 'SET', name, '{"half')],
    ['a list', (name: string) => askRedis(redis.url, 'DEL', name).then(() => askRedis(redis.url, 'RPUSH', name, '"v"'))],
  ])('holds %s that no cache wrote, then that is as if it were not there', async (_what, spoil) => {
    const under = await openConnected(cacheOn(redis.url));
    await under.cache.set(aKey('a'), 'v');
    const names = await askRedis(redis.url, 'KEYS', '*value:test*');
    expect(names).toHaveLength(1);
    for (const name of Array.isArray(names) ? names.map(String) : []) await spoil(name);
    expect(await under.cache.get(aKey('a'))).toBeUndefined();
    expect(await under.cache.getOrLoad(aKey('a'), async () => 'loaded')).toBe('loaded');
    expect(await under.cache.get(aKey('a'))).toBe('loaded');
  });

  test('shows its keys to somebody, then no id and no tag stands in them', async () => {
    const { cache } = await openConnected(cacheOn(redis.url));
    await cache.set(aKey('ivan.petrov:likes', { tags: ['author:ivan.petrov'] }), 'v');
    await cache.deletePrefix(aKey('').kind, 'ivan.petrov');
    await cache.getOrLoad(aKey('ivan.petrov:likes'), async () => 'v');
    const names = String(await askRedis(redis.url, 'KEYS', '*'));
    expect(names).toContain('otklik:cache:value:test:1:');
    expect(names).not.toContain('ivan');
  });
});

describeWithRedis('when something else than Redis answers', () => {
  test('then values are loaded and one line tells it', async () => {
    const server = createServer(
      (socket) => void socket.on('error', () => undefined).on('data', () => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const under = openMeasured(cacheOn(`redis://127.0.0.1:${port}`));
    await waitFor(async () => {
      await expectLoaded(under);
      return isOpen(under);
    });
    await expectLoaded(under);
    expect(messages()).toEqual(['cache unreachable, values are loaded without it']);
    await Promise.all(opened.splice(0).map((cache) => cache.close()));
    await new Promise((resolve) => void server.close(resolve));
  });
});
