import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Cache, createManualClock, openTieredCache } from '@otklik/shared';
import {
  type PrivateRedis,
  type RunningProcess,
  type TcpProxy,
  aKey,
  describeWithRedis,
  runProcess,
  startPrivateRedis,
  startTcpProxy,
  testRedis,
  waitFor,
} from '@otklik/testing';
import { askRedis } from './testing/ask-redis.ts';
import { type CacheUnderTest, openConnected } from './testing/cache-under-test.ts';

const PROCESSES = 4;
const MISSES_EACH = 250;

describeWithRedis('when several processes share a Redis', () => {
  test('and 1,000 callers in four of them miss the same value at once, then it is loaded once', async () => {
    const { url, prefix, drop } = testRedis();
    const env = { URL: url, PREFIX: prefix, MISSES: String(MISSES_EACH) };
    const module = 'packages/shared/src/cache/testing/process-under-test.ts';
    const processes: readonly RunningProcess[] = Array.from({ length: PROCESSES }, () => runProcess({ module, env }));
    await Promise.all(processes.map((one) => one.waitForLine(/^ready/)));
    await askRedis(url, 'RPUSH', `${prefix}:go`, ...processes.map(() => 'go'));
    const told = await Promise.all(processes.map((one) => one.waitForLine(/^answers/)));
    expect(told).toEqual(processes.map(() => `answers ${MISSES_EACH} ["load 1"]`));
    expect(await askRedis(url, 'GET', `${prefix}:loads`)).toBe('1');
    expect(await Promise.all(processes.map(({ exited }) => exited))).toEqual(processes.map(() => ({ code: 0, signal: null })));
    await drop();
  });
});

describeWithRedis('when one process drops a value', () => {
  let redis: PrivateRedis;
  let proxy: TcpProxy;
  const opened: Cache[] = [];
  beforeEach(async () => {
    redis = await startPrivateRedis();
    proxy = await startTcpProxy(redis);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((cache) => cache.close()));
    await proxy.close();
    await redis.stop();
  });

  const clock = createManualClock();
  const open = async (url: string): Promise<CacheUnderTest> =>
    openConnected((metrics) => {
      const cache = openTieredCache({ url, metrics, deadlineMs: 1_000, heartbeatMs: 200, clock });
      opened.push(cache);
      return cache;
    });
  const key = aKey('w1:a', { tags: ['t'] });
  const remoteDrops = ({ series }: CacheUnderTest): Promise<number> => series('otklik_cache_invalidations_total', { scope: 'remote' });
  const hits = ({ series }: CacheUnderTest): Promise<number> =>
    series('otklik_cache_requests_total', { kind: 'test', tier: 'memory', result: 'hit' });

  /** Both have the value in their memory. */
  const openTwo = async (urlOfSecond: string): Promise<readonly [CacheUnderTest, CacheUnderTest]> => {
    const first = await open(redis.url);
    const second = await open(urlOfSecond);
    await first.cache.set(key, 'old');
    await waitFor(async () => (await remoteDrops(second)) === 1);
    expect([await second.cache.get(key), await second.cache.get(key)]).toEqual(['old', 'old']);
    expect(await hits(second)).toBe(1);
    return [first, second];
  };

  test.each([
    ['deletes it', (cache: Cache) => cache.delete(key)],
    ['deletes its prefix', (cache: Cache) => cache.deletePrefix(key.kind, 'w1')],
    ['deletes its tag', (cache: Cache) => cache.deleteTag('t')],
    ['sets it anew', (cache: Cache) => cache.set(key, 'new')],
  ] as const)('when it %s, then it leaves the memory of the other', async (_how, act) => {
    const [first, second] = await openTwo(redis.url);
    await act(first.cache);
    await waitFor(async () => (await second.cache.get(key)) !== 'old');
    expect(await remoteDrops(second)).toBe(2);
  });

  test('while the subscription of the other is lost, then the other forgets what it had as soon as it hears again', async () => {
    const [first, second] = await openTwo(redis.url);
    const missed = await second.series('otklik_cache_invalidations_total', { scope: 'everything' });
    await Promise.all([askRedis(redis.url, 'CLIENT', 'KILL', 'TYPE', 'pubsub'), first.cache.delete(key)]);
    await waitFor(async () => (await second.series('otklik_cache_invalidations_total', { scope: 'everything' })) > missed);
    expect(await second.cache.get(key)).toBeUndefined();
  });

  test('while nothing reaches the other and its connections stay up, then the other uses its memory for a few seconds only', async () => {
    const [first, second] = await openTwo(proxy.through(redis.url));
    proxy.blackhole();
    await first.cache.delete(key);
    await clock.advance(6_000);
    await waitFor(async () => (await second.cache.getOrLoad(key, async () => 'new')) === 'new');
    await proxy.restore();
  });
});
