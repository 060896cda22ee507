/** A stream of pseudo-random choices: the same seed and path give the same stream on every machine. */
export type Random = {
  /** From 0 up to, but not including, 1. */
  unit(): number;
  /** An integer from `min` to `max`, both included. */
  int(min: number, max: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** Throws RangeError for an empty list, and for holes in one. */
  pick<T>(items: readonly T[]): T;
  shuffle<T>(items: readonly T[]): T[];
};

/** Every part of the population has its own path, so that a change in one part leaves the others as they were. */
export const createRandom = (seed: number, ...path: readonly (string | number)[]): Random => {
  let state = hash(`${seed}/${path.join('/')}`);
  // mulberry32: four billion states are plenty for one part of a population.
  const unit = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (min: number, max: number): number => min + Math.floor(unit() * (max - min + 1));
  return {
    unit,
    int,
    chance: (probability) => unit() < probability,
    pick: (items) => at(items, int(0, items.length - 1)),
    shuffle: (items) =>
      items
        .map((item) => ({ item, key: unit() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ item }) => item),
  };
};

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new RangeError('There is nothing to pick from.');
  return item;
};

/** FNV-1a, 32 bits. */
const hash = (text: string): number => {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
};
