type Caller<N, T> = {
  readonly need: N;
  resolve(value: T): void;
  reject(reason: unknown): void;
};

/** Those who wait for a turn, longest first, each with what it has to be good for. */
export const createCallers = <N, T>() => {
  const waiting = new Set<Caller<N, T>>();
  const refuse = (why: (need: N) => unknown): void => {
    for (const caller of waiting) {
      const reason = why(caller.need);
      if (reason === undefined) continue;
      waiting.delete(caller);
      caller.reject(reason);
    }
  };
  return {
    add: (need: N, signal: AbortSignal): Promise<T> =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const leave = (): void => {
          if (waiting.delete(caller)) reject(signal.reason);
        };
        const caller: Caller<N, T> = {
          need,
          resolve: (value) => {
            signal.removeEventListener('abort', leave);
            resolve(value);
          },
          reject: (reason) => {
            signal.removeEventListener('abort', leave);
            reject(reason);
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(caller);
      }),
    isEmpty: (): boolean => waiting.size === 0,
    some: (fits: (need: N) => boolean): boolean => [...waiting].some(({ need }) => fits(need)),
    /** The first whom it fits, who waits no more. */
    take: (fits: (need: N) => boolean): Caller<N, T> | undefined => {
      const caller = [...waiting].find(({ need }) => fits(need));
      if (caller !== undefined) waiting.delete(caller);
      return caller;
    },
    /** Refuses those for whom there is a reason. */
    refuse,
    refuseAll: (reason: unknown): void => refuse(() => reason),
  };
};
