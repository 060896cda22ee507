import { ALL, type Labels } from './cache-labels.ts';

/** Drops that the store did not take. They are made up for when it is back: it may come back with all it had. */
export type OverdueDrops = {
  add(labels: Labels): void;
  /** Hands out what is overdue, and forgets it. Undefined when there is nothing. */
  take(): Labels | undefined;
};

/** More than these become one: everything goes. */
const MAX_LABELS = 1_000;

export const createOverdueDrops = (): OverdueDrops => {
  const entries = new Set<string>();
  const groups = new Set<string>();
  return {
    add: (labels) => {
      for (const entry of labels.entries) entries.add(entry);
      for (const group of labels.groups) groups.add(group);
      if (entries.size + groups.size <= MAX_LABELS) return;
      entries.clear();
      groups.clear();
      groups.add(ALL);
    },
    take: () => {
      if (entries.size + groups.size === 0) return undefined;
      const overdue = { entries: [...entries], groups: [...groups] };
      entries.clear();
      groups.clear();
      return overdue;
    },
  };
};
