import { refuse } from '../api/refusal.ts';

export type DailyCounts = {
  /** Counts a call. Throws VkRefusal 29 when the method has had all of its day; refused calls don't count. */
  count(method: string): void;
};

const DAY_MS = 86_400_000;

/** Calls per method and day, from midnight UTC: when VK's own day begins is nowhere written. */
export const createDailyCounts = (caps: Readonly<Record<string, number>>, { now }: { readonly now: () => number }): DailyCounts => {
  let day = -1;
  let counts = new Map<string, number>();
  return {
    count: (method) => {
      const cap = caps[method];
      if (cap === undefined) return;
      const today = Math.floor(now() / DAY_MS);
      if (today !== day) counts = new Map();
      day = today;
      const calls = counts.get(method) ?? 0;
      if (calls >= cap) throw refuse(29);
      counts.set(method, calls + 1);
    },
  };
};
