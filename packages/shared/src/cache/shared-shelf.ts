import type { CacheKey } from './cache.ts';
import type { CacheMetrics, RequestResult } from './cache-metrics.ts';
import { ageOf, graceMs } from './cache-times.ts';
import { isNegative, readText } from './cache-values.ts';
import type { Permit } from './flights.ts';
import { type Found, type MemoryShelf, resultOf } from './memory-shelf.ts';
import { type SharedTier, noSharedTier } from './shared-tier.ts';

export type Looked<T> = {
  readonly found: Found<T> | undefined;
  /** Ours is the load. */
  readonly token: string | undefined;
  /** Nobody can be asked and nobody can be waited for. */
  readonly isAway: boolean;
};

export type SharedShelf = {
  /** Which tier holds a key for all processes: none for what stays in this one. */
  tierOf(key: CacheKey<unknown>): SharedTier;
  /** With `lockMs` and nothing fresh there: tries to become the one who loads. What is found goes into memory as well. */
  look<T>(key: CacheKey<T>, permit: Permit, lockMs?: number): Promise<Looked<T>>;
};

type Deps = { readonly tier: SharedTier; readonly shelf: MemoryShelf; readonly metrics: CacheMetrics };

/** The shared tier with times, read through into memory. */
export const createSharedShelf = ({ tier, shelf, metrics }: Deps): SharedShelf => {
  const tierOf = ({ kind }: CacheKey<unknown>): SharedTier => (kind.reach === 'shared' ? tier : noSharedTier);
  const count = (key: CacheKey<unknown>, result: RequestResult): void => {
    if (tierOf(key) !== noSharedTier) metrics.requested(key.kind.name, 'redis', result);
  };

  const look = async <T>(key: CacheKey<T>, permit: Permit, lockMs?: number): Promise<Looked<T>> => {
    const { place } = permit;
    const grace = graceMs(key.kind);
    const answer = await tierOf(key).lookUp(place, { freshMs: grace, ...(lockMs !== undefined && { lockMs }) });
    if (answer === 'away') {
      count(key, 'error');
      return { found: undefined, token: undefined, isAway: true };
    }
    const { text, token } = answer;
    const nothing = { found: undefined, token, isAway: false };
    const read = text === undefined ? undefined : readText(key, text);
    if (text === undefined || read === undefined) {
      count(key, text === undefined ? 'miss' : 'error');
      // What nobody can read must not be taken for a fresh value, or nobody would ever get the lock.
      if (text !== undefined && token === undefined) await tierOf(key).drop({ entries: [place.entry], groups: [] });
      return nothing;
    }
    const negative = isNegative(key, read.value);
    const leftMs = answer.leftMs - grace;
    const age = ageOf(key.kind, { leftMs, isNegative: negative });
    count(key, age === 'gone' ? 'miss' : resultOf(age, negative));
    if (age === 'gone') return nothing;
    shelf.keep(key, { value: read.value, bytes: text.length, isNegative: negative, leftMs }, permit);
    return { found: { value: read.value, age, leftMs, isNegative: negative }, token, isAway: false };
  };
  return { tierOf, look };
};
