import type { Cache, CacheKey, CacheKind } from '@otklik/shared';
import { BentoCache, bentostore, errors } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';

type Options = { readonly url: string; readonly prefix: string; readonly hasMemory: boolean; readonly hasTags: boolean };

const MEMORY_BYTES = 32 * 1_024 * 1_024;

/** The peer behind our type, each method as close to ours as its own means allow. */
export const openBentoCache = (options: Options): Cache => {
  const { hasTags } = options;
  const { bento, connection } = openBento(options);
  const get = async <T>(key: CacheKey<T>): Promise<T | undefined> => {
    const value: unknown = await bento.get({ key: nameOf(key), grace: false });
    return value === undefined ? undefined : key.parse(value);
  };
  const set = async <T>(key: CacheKey<T>, value: T): Promise<void> => {
    await bento.set({ key: nameOf(key), value, ...optionsOf(key, { isNegative: value === null, hasTags }) });
  };
  return {
    get,
    set,
    getMany: (keys) => Promise.all(keys.map(get)),
    setMany: async (entries) => {
      await Promise.all(entries.map(({ key, value }) => set(key, value)));
    },
    has: async (key) => bento.has({ key: nameOf(key) }),
    // It does not tell.
    ttlMs: async () => undefined,
    getOrLoad: async (key, load) => {
      const value = await bento
        .getOrSet<unknown>({
          key: nameOf(key),
          factory: async ({ setOptions }) => {
            const loaded = await load();
            if (loaded === null) setOptions({ ttl: key.kind.negativeTtlMs });
            return loaded;
          },
          ...optionsOf(key, { isNegative: false, hasTags }),
        })
        .catch(unwrap);
      return key.parse(value);
    },
    delete: async (key) => void (await bento.delete({ key: nameOf(key) })),
    // It has namespaces of one level and no prefixes, so prefixes are tags.
    deletePrefix: async (kind, start) => void (await bento.deleteByTag({ tags: [prefixTag(kind, start)] })),
    deleteTag: async (tag) => void (await bento.deleteByTag({ tags: [tag] })),
    close: async () => {
      await bento.disconnectAll();
      connection.disconnect();
    },
  };
};

const openBento = ({ url, prefix, hasMemory }: Options) => {
  const connection = new Redis(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 5_000 });
  connection.on('error', () => undefined);
  const shared = bentostore().useL2Layer(redisDriver({ connection }));
  const { hostname: host, port } = new URL(url);
  const cache = hasMemory
    ? shared.useL1Layer(memoryDriver({ maxSize: MEMORY_BYTES })).useBus(redisBusDriver({ connection: { host, port: Number(port) } }))
    : shared;
  const settings = { default: 'cache', prefix, suppressL2Errors: true, l2CircuitBreakerDuration: '1s' } as const;
  return { bento: new BentoCache({ ...settings, stores: { cache } }), connection };
};

const nameOf = ({ kind, id }: CacheKey<unknown>): string => `${kind.name}:${kind.version}:${id}`;

const optionsOf = (
  { kind, id, tags = [] }: CacheKey<unknown>,
  { isNegative, hasTags }: { readonly isNegative: boolean; readonly hasTags: boolean },
) => ({
  ttl: isNegative ? kind.negativeTtlMs : kind.ttlMs,
  grace: graceOf(kind),
  // 0: with a value past its time at hand, answer that and load behind the caller's back.
  ...(kind.staleMs > 0 && { timeout: 0 }),
  tags: hasTags ? [...tags, prefixTag(kind, ''), ...prefixesOf(id).map((prefix) => prefixTag(kind, prefix))] : [],
});

const graceOf = ({ staleMs, staleIfErrorMs }: CacheKind): number | false => {
  const ms = Math.max(staleMs, staleIfErrorMs);
  return ms === 0 ? false : ms;
};

/** What the loader threw, not what was made of it. */
const unwrap = (thrown: unknown): never => {
  throw thrown instanceof errors.E_FACTORY_ERROR ? thrown.cause : thrown;
};

const prefixTag = ({ name }: CacheKind, prefix: string): string => `prefix:${name}:${prefix}`;

const prefixesOf = (id: string): readonly string[] => {
  const segments = id.split(':');
  return segments.map((_, index) => segments.slice(0, index + 1).join(':'));
};
