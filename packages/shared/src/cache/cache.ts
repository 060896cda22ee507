/** A place for values that can be made again. Losing it costs time, never correctness. */
export type Cache = {
  /** The value, or undefined when it is absent or too old. */
  get<T>(key: CacheKey<T>): Promise<T | undefined>;
  set<T>(key: CacheKey<T>, value: T, options: { readonly ttlMs: number }): Promise<void>;
  delete(key: CacheKey<unknown>): Promise<void>;
  /** The cached value, or the loaded one, cached. Concurrent callers in this process share one load. */
  getOrLoad<T>(key: CacheKey<T>, load: () => Promise<T>, options: { readonly ttlMs: number }): Promise<T>;
  close(): Promise<void>;
};

/** Names a value, and knows how to recognize it: what comes back from a cache is a border like any other. */
export type CacheKey<T> = { readonly name: string; readonly parse: (value: unknown) => T };
