import { MAX_INNER_CALLS } from '../execute/execute-code.ts';

const SUCCESSES_TO_GROW = 4;

/** How many calls a request of a token carries: halved when VK chokes on it, growing again one by one. */
export const createBatchSizes = () => {
  const sizes = new Map<string, { size: number; successes: number }>();
  const of = (fingerprint: string): { size: number; successes: number } => {
    const known = sizes.get(fingerprint) ?? { size: MAX_INNER_CALLS, successes: 0 };
    sizes.set(fingerprint, known);
    return known;
  };
  return {
    of: (fingerprint: string): number => sizes.get(fingerprint)?.size ?? MAX_INNER_CALLS,
    tooBig: (fingerprint: string, calls: number): void => {
      const one = of(fingerprint);
      // Requests that were on their way together say one thing: it is halved once, not by each of them.
      one.size = Math.min(one.size, Math.ceil(calls / 2));
      one.successes = 0;
    },
    /** Single calls count as well: a size of one would never grow again without them. */
    well: (fingerprint: string, calls: number): void => {
      const one = of(fingerprint);
      // A small request that went well says nothing of larger ones.
      if (calls < one.size || one.size === MAX_INNER_CALLS) return;
      one.successes += 1;
      if (one.successes < SUCCESSES_TO_GROW) return;
      one.size += 1;
      one.successes = 0;
    },
  };
};
export type BatchSizes = ReturnType<typeof createBatchSizes>;
