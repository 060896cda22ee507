import type { Clock } from './clock.ts';

export type ManualClock = Clock & {
  /** Moves time on and wakes, in order, every sleeper whose time has come. */
  advance(ms: number): Promise<void>;
  /** How many sleep. */
  pending(): number;
};

type Sleeper = { readonly wakeAt: number; readonly wake: () => void };

/** A clock that stands still until it is told to move. */
export const createManualClock = (startAt = 0): ManualClock => {
  let time = startAt;
  let sleepers: Sleeper[] = [];

  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const onAbort = (): void => {
        sleepers = sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper = { wakeAt: time + ms, wake };
      sleepers.push(sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  const after = (ms: number, act: () => void): (() => void) => {
    const sleeper = { wakeAt: time + ms, wake: act };
    sleepers.push(sleeper);
    return () => {
      sleepers = sleepers.filter((other) => other !== sleeper);
    };
  };

  return {
    now: () => time,
    sleep,
    after,
    pending: () => sleepers.length,
    advance: async (ms) => {
      const target = time + ms;
      // Whoever is on the way to sleep gets there before time moves.
      await new Promise(setImmediate);
      for (;;) {
        const next = sleepers.toSorted((a, b) => a.wakeAt - b.wakeAt).find(({ wakeAt }) => wakeAt <= target);
        if (next === undefined) break;
        time = Math.max(time, next.wakeAt);
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
        // Whoever woke up gets to run, and maybe to sleep again, before time moves on.
        await new Promise(setImmediate);
      }
      time = target;
      await new Promise(setImmediate);
    },
  };
};
