import type { PaceLimit, PacingTurn } from './pacing.ts';

/** Somebody who waits for a turn until its signal aborts. */
export type Waiter = {
  readonly limit: PaceLimit;
  readonly signal: AbortSignal;
  resolve(turn: PacingTurn): void;
  reject(reason: unknown): void;
};

/** Those who wait, longest first. Who gives up leaves without a trace. */
export const createWaiters = ({ onEmpty }: { readonly onEmpty: () => void }) => {
  const waiting = new Set<Waiter>();
  const first = (): Waiter | undefined => waiting.values().next().value;

  const add = (limit: PaceLimit, signal: AbortSignal): Promise<PacingTurn> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = (): void => {
        if (waiting.delete(waiter)) reject(signal.reason);
        if (waiting.size === 0) onEmpty();
      };
      const stay = (): void => signal.removeEventListener('abort', leave);
      const waiter: Waiter = {
        limit,
        signal,
        resolve: (turn) => {
          stay();
          resolve(turn);
        },
        reject: (reason) => {
          stay();
          reject(reason);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(waiter);
    });
  return {
    add,
    nextLimit: (): PaceLimit | undefined => first()?.limit,
    shift: (): Waiter | undefined => {
      const waiter = first();
      if (waiter !== undefined) waiting.delete(waiter);
      return waiter;
    },
    refuseAll: (reason: unknown): void => {
      for (const { reject } of waiting) reject(reason);
      waiting.clear();
    },
  };
};
