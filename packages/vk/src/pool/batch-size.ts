import { MAX_INNER_CALLS } from '../execute/execute-code.ts';

const SUCCESSES_TO_GROW = 4;

/** Why a request failed: VK found it too much, or gave no answer, for which nobody may have been there. */
type Why = 'heavy' | 'outage';

type Size = {
  size: number;
  successes: number;
  /** The last size that went well; null: none yet, or VK found it too much since. */
  worked: number | null;
  /** After an outage: what to come back to quickly. */
  goal: number | null;
  hasWorkedSince: boolean;
};

/**
 * How many calls a request of a token carries: halved when VK chokes on it, growing again one by one. After an outage, which
 * halves as well, it doubles with each success up to the size that had worked before.
 */
export const createBatchSizes = () => {
  const sizes = new Map<string, Size>();
  const of = (fingerprint: string): Size => {
    const known = sizes.get(fingerprint) ?? { size: MAX_INNER_CALLS, successes: 0, worked: null, goal: null, hasWorkedSince: false };
    sizes.set(fingerprint, known);
    return known;
  };
  return {
    of: (fingerprint: string): number => sizes.get(fingerprint)?.size ?? MAX_INNER_CALLS,
    tooBig: (fingerprint: string, calls: number, why: Why): void => {
      const one = of(fingerprint);
      if (why === 'heavy') Object.assign(one, { worked: null, goal: null });
      // A larger one was on its way since before the size fell: it tells nothing new.
      else if (calls <= one.size && (one.goal === null || one.hasWorkedSince))
        Object.assign(one, { goal: one.worked, hasWorkedSince: false });
      // Requests that were on their way together say one thing: it is halved once, not by each of them.
      one.size = Math.min(one.size, Math.ceil(calls / 2));
      one.successes = 0;
    },
    /** Single calls count as well: a size of one would never grow again without them. */
    well: (fingerprint: string, calls: number): void => {
      const one = of(fingerprint);
      // A small request that went well says nothing of larger ones.
      if (calls < one.size) return;
      one.worked = one.size;
      one.hasWorkedSince = true;
      if (one.goal !== null && one.size < one.goal) one.size = Math.min(one.goal, one.size * 2);
      else growSlowly(one);
    },
  };
};
export type BatchSizes = ReturnType<typeof createBatchSizes>;

const growSlowly = (one: Size): void => {
  one.goal = null;
  if (one.size === MAX_INNER_CALLS) return;
  one.successes += 1;
  if (one.successes < SUCCESSES_TO_GROW) return;
  one.size += 1;
  one.successes = 0;
};
