import type { VkMethod } from '../vk-methods.ts';

type Caller<T> = {
  readonly method: VkMethod | undefined;
  resolve(value: T): void;
  reject(reason: unknown): void;
};

/** Those who wait for a turn, longest first, each with the method that it has to be good for, if it knows it. */
export const createCallers = <T>() => {
  const waiting = new Set<Caller<T>>();
  const refuse = (why: (method: VkMethod | undefined) => unknown): void => {
    for (const caller of waiting) {
      const reason = why(caller.method);
      if (reason === undefined) continue;
      waiting.delete(caller);
      caller.reject(reason);
    }
  };
  return {
    add: (method: VkMethod | undefined, signal: AbortSignal): Promise<T> =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const leave = (): void => {
          if (waiting.delete(caller)) reject(signal.reason);
        };
        const caller: Caller<T> = {
          method,
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
    some: (fits: (method: VkMethod | undefined) => boolean): boolean => [...waiting].some(({ method }) => fits(method)),
    /** The first whom it fits, who waits no more. */
    take: (fits: (method: VkMethod | undefined) => boolean): Caller<T> | undefined => {
      const caller = [...waiting].find(({ method }) => fits(method));
      if (caller !== undefined) waiting.delete(caller);
      return caller;
    },
    /** Refuses those for whom there is a reason. */
    refuse,
    refuseAll: (reason: unknown): void => refuse(() => reason),
  };
};
