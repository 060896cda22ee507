import { createHash } from 'node:crypto';

/** Numbers that look like chance and are the same for the same seed. */
export type Random = {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Both ends included. */
  int(min: number, max: number): number;
  has(chance: number): boolean;
  /** Throws RangeError for an empty list. */
  pick<T>(list: readonly T[]): T;
  shuffled<T>(list: readonly T[]): readonly T[];
};

/** Each purpose draws from a stream of its own, so that one more draw here changes nothing there. */
export const createRandom = (seed: number, purpose: string): Random => {
  let state = createHash('sha256').update(`${seed}/${purpose}`).digest().readUInt32LE();
  // mulberry32, by Tommy Ettinger (public domain).
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const int = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    int,
    has: (chance) => next() < chance,
    pick: (list) => {
      const picked = list[int(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('There is nothing to pick from.');
      return picked;
    },
    shuffled: (list) => {
      const keyed = list.map((value) => ({ value, key: next() }));
      return keyed.toSorted((a, b) => a.key - b.key).map(({ value }) => value);
    },
  };
};
