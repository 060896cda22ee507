/** So many at once; the others wait in the order of arrival. */
export type Slots = {
  /** Resolves with the giving back (calling it twice is fine). Throws the signal's reason when that comes first. */
  take(signal: AbortSignal): Promise<() => void>;
};

export const createSlots = (count: number): Slots => {
  let free = count;
  const waiting = new Set<() => void>();

  const giveBack = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };
  const once = (): (() => void) => {
    let isTaken = true;
    return () => {
      if (isTaken) giveBack();
      isTaken = false;
    };
  };

  return {
    take: (signal) => {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) {
        free -= 1;
        return Promise.resolve(once());
      }
      return new Promise((resolve, reject) => {
        const begin = (): void => {
          waiting.delete(begin);
          signal.removeEventListener('abort', leave);
          resolve(once());
        };
        const leave = (): void => {
          waiting.delete(begin);
          reject(signal.reason);
        };
        waiting.add(begin);
        signal.addEventListener('abort', leave, { once: true });
      });
    },
  };
};
