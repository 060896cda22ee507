import type { Clock } from '../clock/clock.ts';
import type { Logger } from '../logging/logger.ts';
import type { Cache, CacheKey } from './cache.ts';
import { type Labels, labelsOfKey, labelsOfPrefix, labelsOfTag, placeOf } from './cache-labels.ts';
import type { CacheMetrics, DropScope } from './cache-metrics.ts';
import { writeValue } from './cache-values.ts';
import type { Flights } from './flights.ts';
import { makeGetOrLoad } from './get-or-load.ts';
import { type Found, createMemoryShelf } from './memory-shelf.ts';
import type { MemoryTier } from './memory-tier.ts';
import { createSharedShelf } from './shared-shelf.ts';
import type { SharedTier } from './shared-tier.ts';

type Deps = {
  readonly memory: MemoryTier;
  readonly tier: SharedTier;
  readonly flights: Flights;
  readonly clock: Clock;
  readonly random: () => number;
  readonly metrics: CacheMetrics;
  readonly logger: Logger;
};

/** A cache of two tiers, either of which may hold nothing. */
export const createCache = (deps: Deps): Cache => {
  const { memory, tier, flights, clock, random, metrics } = deps;
  const shelf = createMemoryShelf({ memory, clock, metrics, isDeaf: tier.isDeaf });
  const shared = createSharedShelf({ tier, shelf, metrics });
  const drop = makeDrop(deps);

  const find = async <T>(key: CacheKey<T>): Promise<Found<T> | undefined> => {
    const inMemory = shelf.find(key);
    if (inMemory?.age === 'fresh') return inMemory;
    const { found } = await flights.alone(placeOf(key), (permit) => shared.look(key, permit));
    return found?.age === 'fresh' ? found : undefined;
  };
  const set = async <T>(key: CacheKey<T>, value: T): Promise<void> => {
    const written = writeValue(key, value, random);
    const labels = labelsOfKey(key);
    // What can't be kept still ends what was there before.
    if (written === undefined) return drop(labels);
    flights.revoke(labels);
    await flights.alone(placeOf(key), async (permit) => {
      shelf.keep(key, written, permit);
      await shared.tierOf(key).set(permit.place, written);
    });
  };

  return {
    get: async (key) => (await find(key))?.value,
    getMany: async (keys) => (await Promise.all(keys.map((key) => find(key)))).map((found) => found?.value),
    set,
    setMany: async (entries) => {
      await Promise.all(entries.map(({ key, value }) => set(key, value)));
    },
    has: async (key) => (await find(key)) !== undefined,
    ttlMs: async (key) => (await find(key))?.leftMs,
    getOrLoad: makeGetOrLoad({ ...deps, shelf, shared }),
    delete: (key) => drop(labelsOfKey(key), 'key'),
    deletePrefix: (kind, prefix) => drop(labelsOfPrefix(kind, prefix), 'prefix'),
    deleteTag: (tag) => drop(labelsOfTag(tag), 'tag'),
    close: async () => {
      tier.close();
      flights.revokeAll();
      memory.clear();
    },
  };
};

const makeDrop =
  ({ memory, tier, flights, metrics }: Deps) =>
  async (labels: Labels, scope?: DropScope): Promise<void> => {
    if (scope !== undefined) metrics.dropped(scope);
    const dropHere = (): void => {
      flights.revoke(labels);
      memory.drop(labels);
    };
    dropHere();
    await tier.drop(labels);
    // Whoever asked in between may have got the old value from the store.
    dropHere();
  };
