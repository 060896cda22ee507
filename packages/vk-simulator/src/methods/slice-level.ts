import type { Comment } from '../population/model.ts';

export type Slice = {
  /** Id to begin at, included; the next one in order when it is gone. */
  readonly start: number | undefined;
  /** Counted from `start`, or from the beginning. May be negative. */
  readonly offset: number;
  readonly count: number;
  readonly sort: 'asc' | 'desc' | 'smart';
};

/** A page of one level of comments, as VK cuts it. Expects them ascending by id. */
export const sliceLevel = (level: readonly Comment[], { start, offset, count, sort }: Slice): readonly Comment[] => {
  const sorted = inOrder(level, sort);
  const from = (start === undefined ? 0 : positionOf(sorted, start, sort)) + offset;
  // A window that begins before the list shows only the part that is on it.
  return sorted.slice(Math.max(0, from), Math.max(0, from + count));
};

const inOrder = (level: readonly Comment[], sort: Slice['sort']): readonly Comment[] => {
  if (sort === 'asc') return level;
  if (sort === 'desc') return level.toReversed();
  return level.toSorted((a, b) => b.likes - a.likes || a.id - b.id);
};

const positionOf = (sorted: readonly Comment[], start: number, sort: Slice['sort']): number => {
  const found = sorted.findIndex(({ id }) => (sort === 'asc' ? id >= start : sort === 'desc' ? id <= start : id === start));
  return found === -1 ? sorted.length : found;
};
