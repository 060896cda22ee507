import { type Cache, type CacheKey, type CacheKind } from '@otklik/shared';

/** What every cache keeps, whatever it is made of. `run` rejects when it does not; the cache is empty and of that test alone. */
export type CachePromise = { readonly title: string; run(cache: Cache): Promise<void> };

/** Short-lived enough for tests, on the clock of the machine: a store has no other. */
export const aKind = (more: Partial<CacheKind> = {}): CacheKind => ({
  name: 'test',
  version: 1,
  reach: 'shared',
  ttlMs: 60_000,
  jitter: 0,
  staleMs: 0,
  staleIfErrorMs: 0,
  negativeTtlMs: 60_000,
  maxBytes: 10_000,
  lockMs: 5_000,
  ...more,
});

/** A key whose values are texts or null. */
export const aKey = (id: string, more: Partial<CacheKind> & { readonly tags?: readonly string[] } = {}): CacheKey<string | null> => {
  const { tags, ...kind } = more;
  return {
    kind: aKind(kind),
    id,
    parse: (value) => {
      if (value === null || typeof value === 'string') return value;
      throw new TypeError('neither a text nor null');
    },
    ...(tags && { tags }),
  };
};

/** Loads one answer and counts how often. */
export const countingLoad = <T>(answer: T) => {
  const state = { count: 0 };
  return {
    state,
    load: async (): Promise<T> => {
      state.count += 1;
      return answer;
    },
  };
};
