import { describe, expect, test } from '@jest/globals';
import { createManualClock, createMemoryCache } from '@otklik/shared';
import { aKey } from '@otklik/testing';
import { openMeasured } from './testing/cache-under-test.ts';

describe('the cache in memory', () => {
  test('when the time to live has passed, then the value is gone; when it is set anew, its time begins anew', async () => {
    const clock = createManualClock();
    const cache = createMemoryCache({ clock });
    const key = aKey('a', { ttlMs: 1_000 });
    await cache.set(key, 'v');
    await clock.advance(999);
    expect(await cache.get(key)).toBe('v');
    await cache.set(key, 'w');
    await clock.advance(999);
    expect(await cache.get(key)).toBe('w');
    await clock.advance(1);
    expect(await cache.get(key)).toBeUndefined();
  });

  test('when no text can be made of a value, then the caller has it and nobody keeps it', async () => {
    const cache = createMemoryCache();
    const loaded = { big: 1n };
    const key = { kind: aKey('a').kind, id: 'a', parse: (value: unknown) => value };
    expect(await cache.getOrLoad(key, async () => loaded)).toBe(loaded);
    expect(await cache.get(key)).toBeUndefined();
  });

  test('when chance takes from the time to live, then never more than the share of the kind', async () => {
    const clock = createManualClock();
    const cache = createMemoryCache({ clock, random: () => 0.999_999 });
    await cache.set(aKey('a', { ttlMs: 1_000, jitter: 0.2 }), 'v');
    expect(await cache.ttlMs(aKey('a', { ttlMs: 1_000, jitter: 0.2 }))).toBe(800);
  });

  test('when there is no room, then the value that was used least recently goes, and the bytes stay below the limit', async () => {
    const { cache, series } = openMeasured((metrics) => createMemoryCache({ maxBytes: 100_000, metrics }));
    const text = 'x'.repeat(9_000);
    await cache.set(aKey('first'), text);
    for (let index = 0; index < 50; index += 1) {
      await cache.get(aKey('first'));
      await cache.set(aKey(`other${index}`), text);
    }
    expect(await cache.has(aKey('first'))).toBe(true);
    expect(await cache.has(aKey('other0'))).toBe(false);
    expect(await cache.has(aKey('other49'))).toBe(true);
    const bytes = await series('otklik_cache_memory_bytes');
    expect([bytes > 50_000, bytes <= 100_000, await series('otklik_cache_memory_entries')]).toEqual([true, true, 10]);
  });

  test('when values come and go under many tags, then nothing of them is left behind', async () => {
    const { cache, series } = openMeasured((metrics) => createMemoryCache({ metrics }));
    for (let index = 0; index < 500; index += 1) await cache.set(aKey(`w${index}:a`, { tags: [`t${index}`] }), 'v');
    for (let index = 0; index < 500; index += 1) await cache.deleteTag(`t${index}`);
    expect([await series('otklik_cache_memory_entries'), await series('otklik_cache_memory_bytes')]).toEqual([0, 0]);
  });

  test('when it is closed, then it is empty', async () => {
    const cache = createMemoryCache();
    await cache.set(aKey('a'), 'v');
    await cache.close();
    expect(await cache.get(aKey('a'))).toBeUndefined();
  });

  test('when values are asked for, then the series tell what came of it', async () => {
    const clock = createManualClock();
    const { cache, series } = openMeasured((metrics) => createMemoryCache({ metrics, clock }));
    const key = aKey('a', { ttlMs: 1_000, staleMs: 1_000 });
    await cache.getOrLoad(key, async () => 'v');
    await cache.getOrLoad(key, async () => 'v');
    await cache.getOrLoad(aKey('none'), async () => null);
    await cache.getOrLoad(aKey('none'), async () => null);
    await clock.advance(1_500);
    await cache.getOrLoad(key, async () => 'v');
    const told = async (result: string): Promise<number> => series('otklik_cache_requests_total', { kind: 'test', tier: 'memory', result });
    expect(await Promise.all(['miss', 'hit', 'negative', 'stale', 'error'].map(told))).toEqual([2, 1, 1, 1, 0]);
    expect(await series('otklik_cache_requests_total', { tier: 'redis' })).toBe(0);
    expect(await series('otklik_cache_loads_total', { kind: 'test', result: 'ok' })).toBe(3);
  });
});
