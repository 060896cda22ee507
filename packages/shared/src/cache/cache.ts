/** A place for values that can be made again. Losing it costs time, never correctness: no method fails because a store does. */
export type Cache = {
  /** The value, or undefined when it is absent, too old, or not readable any more. */
  get<T>(key: CacheKey<T>): Promise<T | undefined>;
  /** The same for many, in one go to the store; answers in the order of the keys. */
  getMany<T>(keys: readonly CacheKey<T>[]): Promise<readonly (T | undefined)[]>;
  /** Keeps a value for as long as its kind says, in the place of what was there in any process. */
  set<T>(key: CacheKey<T>, value: T): Promise<void>;
  setMany<T>(entries: readonly { readonly key: CacheKey<T>; readonly value: T }[]): Promise<void>;
  has(key: CacheKey<unknown>): Promise<boolean>;
  /** How long the value stays fresh; undefined when there is none. */
  ttlMs(key: CacheKey<unknown>): Promise<number | undefined>;
  /**
   * The cached value, or the loaded one, cached. Concurrent callers share one load, also those of other processes. A value
   * past its time is answered at once and loaded anew behind the caller's back, or used when the load fails with an error
   * that says it will pass; how long, the kind says. Rejects with what `load` throws, and with nothing else.
   */
  getOrLoad<T>(key: CacheKey<T>, load: () => Promise<T>): Promise<T>;
  /** The value goes, and whatever is being loaded for it now is not kept, in any process. So do the next two. */
  delete(key: CacheKey<unknown>): Promise<void>;
  /** Everything of a kind whose id is `prefix` or begins with it; whole segments, parted by colons. Empty: all of the kind. */
  deletePrefix(kind: CacheKind, prefix: string): Promise<void>;
  /** Everything that was kept with this tag, of any kind. */
  deleteTag(tag: string): Promise<void>;
  close(): Promise<void>;
};

/** A kind of data: how long it is good for, and how much of it may be kept. The product's are in `cache-kinds.ts`. */
export type CacheKind = {
  /** Begins every key, and is a label of the metrics: from a short, closed list. */
  readonly name: string;
  /** Of the shape of the values: another one, and what was kept before is not looked at again. */
  readonly version: number;
  /** `process`: never leaves the memory of this process. `shared`: also in Redis, where there is one. */
  readonly reach: 'process' | 'shared';
  /** How long a value is fresh at most. */
  readonly ttlMs: number;
  /** Share of the time to live, 0 to 1, that chance may take away, so that what came together does not go together. */
  readonly jitter: number;
  /** So long after its time a value is still answered while it is loaded anew. */
  readonly staleMs: number;
  /** So long after its time a value is used when the load fails. */
  readonly staleIfErrorMs: number;
  /** How long it is remembered that there is nothing. */
  readonly negativeTtlMs: number;
  /** A value whose text is longer is handed on and not kept. */
  readonly maxBytes: number;
  /** How long others leave a load to the one who began it. Longer than a load takes. */
  readonly lockMs: number;
};

/** Names a value, and knows how to recognize it: what comes back from a cache is a border like any other. */
export type CacheKey<T> = {
  readonly kind: CacheKind;
  /** Parted by colons where prefixes are deleted. It stands in no store: names there are digests. */
  readonly id: string;
  /** Throws when the value is not one of this key. Values of shared kinds come as JSON gives them back. */
  readonly parse: (value: unknown) => T;
  /** Whether a value says that there is nothing. Default: null does. */
  isNegative?(value: T): boolean;
  readonly tags?: readonly string[];
};
