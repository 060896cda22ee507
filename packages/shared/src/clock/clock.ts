/** Time as a dependency, so that tests need not wait for it. */
export type Clock = {
  /** Monotonic milliseconds: for durations, never for dates. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `act` after `ms`, unless the function that it returns was called first. The cheapest way to wait: no promise, no signal. */
  after(ms: number, act: () => void): () => void;
};

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  // Not the promise of node:timers: it makes two errors for each sleep that is cut short, which is how most of ours end.
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const onAbort = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  after: (ms, act) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
