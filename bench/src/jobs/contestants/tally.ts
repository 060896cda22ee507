/** Counts the jobs that begin, and notices those that begin twice. */
export type Tally = {
  note(jobId: string): void;
  began(): number;
  /** How many of them were different ones. */
  different(): number;
  /** Resolves as soon as so many have begun. */
  reached(total: number): Promise<void>;
};

export const createTally = (): Tally => {
  const seen = new Set<string>();
  let began = 0;
  let waiting: { readonly total: number; readonly wake: () => void } | undefined;
  return {
    note: (jobId) => {
      seen.add(jobId);
      began += 1;
      if (waiting !== undefined && began >= waiting.total) waiting.wake();
    },
    began: () => began,
    different: () => seen.size,
    reached: (total) =>
      new Promise((wake) => {
        if (began >= total) wake();
        else waiting = { total, wake };
      }),
  };
};
