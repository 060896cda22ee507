import { MustWait } from '@otklik/shared';

export type Seats = {
  /**
   * Resolves with how to leave, in the order of asking. Rejects with the signal's reason when it aborts first, and with
   * MustWait when too many wait.
   */
  take(signal: AbortSignal): Promise<() => void>;
  taken(): number;
  waiting(): number;
};

type Limits = { readonly seats: number; readonly maxWaiting: number };

/** When those who find too many before them may ask again. */
const COME_BACK_MS = 2_000;

/** A queue of our own before the pool: piscina's forgets those who wait when the thread before them dies, and does not count them. */
export const createSeats = ({ seats, maxWaiting }: Limits): Seats => {
  const waiting = new Set<() => void>();
  let taken = 0;

  const leave = (): void => {
    taken -= 1;
    const [next] = waiting;
    next?.();
  };
  const sit = (): (() => void) => {
    taken += 1;
    return leave;
  };

  return {
    taken: () => taken,
    waiting: () => waiting.size,
    take: async (signal) => {
      signal.throwIfAborted();
      if (taken < seats) return sit();
      if (waiting.size >= maxWaiting)
        throw new MustWait('Too much work waits for a thread of the worker.', { kind: 'capacity', waitMs: COME_BACK_MS });
      return new Promise((resolve, reject) => {
        const end = (): void => {
          waiting.delete(next);
          signal.removeEventListener('abort', onAbort);
        };
        const next = (): void => {
          end();
          resolve(sit());
        };
        const onAbort = (): void => {
          end();
          reject(signal.reason);
        };
        waiting.add(next);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
};
