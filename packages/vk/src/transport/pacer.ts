import type { Clock } from '@otklik/shared';

export type Pacer = {
  /** Resolves when the next request may start. Turns are given in the order of asking. */
  turn(signal: AbortSignal): Promise<void>;
  /** VK said "too many": nobody starts for `ms`. */
  holdBack(ms: number): void;
};

export type PacerOptions = { readonly requestsPerSecond: number; readonly clock: Clock };

/**
 * Spaces the starts of requests evenly (the generic cell rate algorithm without a burst): VK counts starts per second,
 * so several may be in flight. One pacer per token and process.
 */
export const createPacer = ({ requestsPerSecond, clock }: PacerOptions): Pacer => {
  const intervalMs = 1_000 / requestsPerSecond;
  let nextAt = clock.now();
  return {
    turn: async (signal) => {
      signal.throwIfAborted();
      const now = clock.now();
      const mine = Math.max(now, nextAt);
      nextAt = mine + intervalMs;
      if (mine > now) await clock.sleep(mine - now, signal);
    },
    holdBack: (ms) => {
      nextAt = Math.max(nextAt, clock.now() + ms);
    },
  };
};
