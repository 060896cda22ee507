import { describe, expect, test } from '@jest/globals';
import { createManualClock } from '../clock/manual-clock.ts';
import type { CacheKey } from './cache.ts';
import { createMemoryCache } from './memory-cache.ts';

const keyOf = (name: string): CacheKey<string | null> => ({ name, parse: (value) => (typeof value === 'string' ? value : null) });
const key = keyOf('k');
const ttl = { ttlMs: 1_000 };

const counting = (answer: string | null = 'loaded') => {
  const state = { count: 0 };
  const load = async (): Promise<string | null> => {
    state.count += 1;
    return answer;
  };
  return { state, load };
};

describe('the cache in memory', () => {
  test('when the time to live has passed, then the value is gone', async () => {
    const clock = createManualClock();
    const cache = createMemoryCache({ clock });
    await cache.set(key, 'v', ttl);
    await clock.advance(999);
    expect(await cache.get(key)).toBe('v');
    await clock.advance(1);
    expect(await cache.get(key)).toBeUndefined();
  });

  test('when a value is set anew, then its time begins anew', async () => {
    const clock = createManualClock();
    const cache = createMemoryCache({ clock });
    await cache.set(key, 'old', ttl);
    await clock.advance(900);
    await cache.set(key, 'new', ttl);
    await clock.advance(900);
    expect(await cache.get(key)).toBe('new');
  });

  test('when there is no room, then the entry that was used least recently goes', async () => {
    const cache = createMemoryCache({ maxEntries: 2 });
    await cache.set(keyOf('a'), 'a', ttl);
    await cache.set(keyOf('b'), 'b', ttl);
    await cache.get(keyOf('a'));
    await cache.set(keyOf('c'), 'c', ttl);
    expect(await Promise.all(['a', 'b', 'c'].map((name) => cache.get(keyOf(name))))).toEqual(['a', undefined, 'c']);
  });

  test('when it is closed, then it is empty', async () => {
    const cache = createMemoryCache();
    await cache.set(key, 'v', ttl);
    await cache.close();
    expect(await cache.get(key)).toBeUndefined();
  });
});

describe('loading through the cache', () => {
  test('when many ask at once, then one load serves all, and later ones too', async () => {
    const cache = createMemoryCache();
    const { state, load } = counting();
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.getOrLoad(key, load, ttl)));
    expect(new Set(answers)).toEqual(new Set(['loaded']));
    expect(await cache.getOrLoad(key, load, ttl)).toBe('loaded');
    expect(state.count).toBe(1);
  });

  test('when the answer is that there is nothing, then that is remembered as well', async () => {
    const cache = createMemoryCache();
    const { state, load } = counting(null);
    expect(await cache.getOrLoad(key, load, ttl)).toBeNull();
    expect(await cache.getOrLoad(key, load, ttl)).toBeNull();
    expect(await cache.get(key)).toBeNull();
    expect(state.count).toBe(1);
  });

  test('when a load fails, then all who wait hear it, and the next one loads again', async () => {
    const cache = createMemoryCache();
    const error = new Error('away');
    let count = 0;
    const load = async (): Promise<string> => {
      count += 1;
      if (count === 1) throw error;
      return 'loaded';
    };
    const outcomes = await Promise.allSettled([cache.getOrLoad(key, load, ttl), cache.getOrLoad(key, load, ttl)]);
    expect(outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    expect(await cache.getOrLoad(key, load, ttl)).toBe('loaded');
    expect(count).toBe(2);
  });

  test('when the loader throws before it promises anything, then the next one loads again', async () => {
    const cache = createMemoryCache();
    const broken = (): Promise<string> => {
      throw new Error('at once');
    };
    await expect(cache.getOrLoad(key, broken, ttl)).rejects.toThrow('at once');
    expect(await cache.getOrLoad(key, counting().load, ttl)).toBe('loaded');
  });

  test('when the entry is deleted while it is loaded, then the old answer is not kept', async () => {
    const cache = createMemoryCache();
    const { promise, resolve } = Promise.withResolvers<string>();
    const first = cache.getOrLoad(key, () => promise, ttl);
    await cache.delete(key);
    const second = cache.getOrLoad(key, async () => 'new', ttl);
    resolve('old');
    expect(await first).toBe('old');
    expect(await second).toBe('new');
    expect(await cache.get(key)).toBe('new');
  });

  test('when a value is set while another is loaded, then the one that was set stays', async () => {
    const cache = createMemoryCache();
    const { promise, resolve } = Promise.withResolvers<string>();
    const loading = cache.getOrLoad(key, () => promise, ttl);
    await cache.set(key, 'set', ttl);
    resolve('loaded');
    expect(await loading).toBe('loaded');
    expect(await cache.get(key)).toBe('set');
  });

  test('when time passes, then the value is loaded anew', async () => {
    const clock = createManualClock();
    const cache = createMemoryCache({ clock });
    const { state, load } = counting();
    await cache.getOrLoad(key, load, ttl);
    await clock.advance(1_000);
    await cache.getOrLoad(key, load, ttl);
    expect(state.count).toBe(2);
  });
});
