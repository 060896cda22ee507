import { setTimeout as delay } from 'node:timers/promises';

/** Time as a dependency, so that tests need not wait for it. */
export type Clock = {
  /** Monotonic milliseconds: for durations, never for dates. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
};

/** The clock of the machine. A sleeping process may still exit. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (thrown) {
      signal?.throwIfAborted();
      throw thrown;
    }
  },
};
