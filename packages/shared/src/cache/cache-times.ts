import type { CacheKind } from './cache.ts';

/** `stale`: may be answered while it is loaded anew. `old`: better than nothing when the load fails. */
export type Age = 'fresh' | 'stale' | 'old' | 'gone';

/** How long a value is kept past its time, for whatever it may still be good for. */
export const graceMs = ({ staleMs, staleIfErrorMs }: CacheKind): number => Math.max(staleMs, staleIfErrorMs);

/** What a new value lives: the time to live less what chance takes away. */
export const freshMs = (kind: CacheKind, { isNegative, random }: { readonly isNegative: boolean; readonly random: () => number }): number =>
  Math.max(1, Math.round((isNegative ? kind.negativeTtlMs : kind.ttlMs) * (1 - kind.jitter * random())));

/**
 * How old a value is that stays fresh for another `leftMs` (below 0: since when it is not). That there was nothing is no
 * answer to give once its time is over.
 */
export const ageOf = (kind: CacheKind, { leftMs, isNegative }: { readonly leftMs: number; readonly isNegative: boolean }): Age => {
  if (leftMs > 0) return 'fresh';
  if (isNegative) return 'gone';
  if (leftMs > -kind.staleMs) return 'stale';
  return leftMs > -kind.staleIfErrorMs ? 'old' : 'gone';
};
