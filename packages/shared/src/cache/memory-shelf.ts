import type { Clock } from '../clock/clock.ts';
import type { CacheKey } from './cache.ts';
import { nameOf } from './cache-labels.ts';
import type { CacheMetrics, RequestResult } from './cache-metrics.ts';
import { type Age, ageOf } from './cache-times.ts';
import { readValue } from './cache-values.ts';
import type { Permit } from './flights.ts';
import type { MemoryTier } from './memory-tier.ts';

export type Found<T> = {
  readonly value: T;
  readonly age: Exclude<Age, 'gone'>;
  /** Until it is not fresh any more. */
  readonly leftMs: number;
  readonly isNegative: boolean;
};

export type MemoryShelf = {
  find<T>(key: CacheKey<T>): Found<T> | undefined;
  /** Not when the permit was taken away: the value may be old by now. */
  keep(key: CacheKey<unknown>, entry: Kept, permit: Permit): void;
};

type Kept = { readonly value: unknown; readonly bytes: number; readonly isNegative: boolean; readonly leftMs: number };

type Deps = {
  readonly memory: MemoryTier;
  readonly clock: Clock;
  readonly metrics: CacheMetrics;
  /** True while drops of other processes are not heard. */
  readonly isDeaf: () => boolean;
};

/** How old a value may be to count as fresh while drops of other processes are not heard. */
const DEAF_TTL_MS = 5_000;

/** The memory tier with times: what may still be answered, and how good it is. */
export const createMemoryShelf = ({ memory, clock, metrics, isDeaf }: Deps): MemoryShelf => {
  const count = ({ kind }: CacheKey<unknown>, result: RequestResult): undefined => {
    if (memory.maxBytes > 0) metrics.requested(kind.name, 'memory', result);
    return undefined;
  };
  return {
    find: (key) => {
      const entry = memory.find(nameOf(key));
      if (entry === undefined) return count(key, 'miss');
      const { isNegative, storedAt, freshUntil } = entry;
      const now = clock.now();
      const leftMs = freshUntil - now;
      const age = ageOf(key.kind, { leftMs, isNegative });
      if (age === 'gone') {
        memory.remove(nameOf(key));
        return count(key, 'miss');
      }
      const read = readValue(key, entry.value);
      if (read === undefined) return count(key, 'error');
      const isUnsure = key.kind.reach === 'shared' && now - storedAt > DEAF_TTL_MS && isDeaf();
      const told = isUnsure ? 'old' : age;
      count(key, resultOf(told, isNegative));
      return { value: read.value, age: told, leftMs, isNegative };
    },
    keep: (key, { value, bytes, isNegative, leftMs }, permit) => {
      if (!permit.isValid()) return;
      const storedAt = clock.now();
      memory.write(nameOf(key), { value, isNegative, storedAt, freshUntil: storedAt + leftMs, place: permit.place }, bytes);
    },
  };
};

/** One that is good for failures only is none as long as nothing has failed. */
export const resultOf = (age: Found<unknown>['age'], isNegative: boolean): RequestResult => {
  if (age === 'old') return 'miss';
  if (age === 'stale') return 'stale';
  return isNegative ? 'negative' : 'hit';
};
