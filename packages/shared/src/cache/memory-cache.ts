import { type Clock, systemClock } from '../clock/clock.ts';
import type { Cache, CacheKey } from './cache.ts';

export type MemoryCacheOptions = {
  /** The entry that was used least recently goes first. Default 10,000. */
  readonly maxEntries?: number;
  readonly clock?: Clock;
};

type Entry = { readonly value: unknown; readonly expiresAt: number };

/** A cache in this process, bounded by the number of its entries. */
export const createMemoryCache = ({ maxEntries = 10_000, clock = systemClock }: MemoryCacheOptions = {}): Cache => {
  const entries = new Map<string, Entry>();
  const loading = new Map<string, Promise<unknown>>();

  const read = <T>({ name, parse }: CacheKey<T>): T | undefined => {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    entries.delete(name);
    if (entry.expiresAt <= clock.now()) return undefined;
    entries.set(name, entry);
    return parse(entry.value);
  };

  const write = (name: string, value: unknown, ttlMs: number): void => {
    entries.delete(name);
    entries.set(name, { value, expiresAt: clock.now() + ttlMs });
    const oldest = entries.keys().next();
    if (entries.size > maxEntries && oldest.done !== true) entries.delete(oldest.value);
  };

  const loadOnce = <T>(key: CacheKey<T>, load: () => Promise<T>, ttlMs: number): Promise<unknown> => {
    const started = loading.get(key.name);
    if (started !== undefined) return started;
    const load$ = load()
      .then((value) => {
        write(key.name, value, ttlMs);
        return value;
      })
      .finally(() => loading.delete(key.name));
    loading.set(key.name, load$);
    return load$;
  };

  return {
    get: async (key) => read(key),
    set: async ({ name }, value, { ttlMs }) => write(name, value, ttlMs),
    delete: async ({ name }) => {
      entries.delete(name);
    },
    getOrLoad: async (key, load, { ttlMs }) => read(key) ?? key.parse(await loadOnce(key, load, ttlMs)),
    close: async () => entries.clear(),
  };
};
