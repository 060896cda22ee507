type Options<T> = {
  /** Rejects while the thing can't be opened; may stay pending until it can. */
  readonly open: () => Promise<T>;
  /** Closes a thing that came up after `stop`. */
  readonly close: (thing: T) => Promise<void>;
  readonly onError: (error: Error) => void;
  readonly retryDelayMs: number;
};

/** Opens a thing as soon as it can be opened, however long that takes. */
export const openPersistently = <T>({ open, close, onError, retryDelayMs }: Options<T>) => {
  let thing: T | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** Grows with each start and stop: what an earlier one still has under way is not wanted any more. */
  let round = 0;

  const attempt = async (mine: number): Promise<void> => {
    try {
      const opened = await open();
      if (mine !== round) return await close(opened);
      thing = opened;
    } catch (thrown) {
      if (thrown instanceof Error) onError(thrown);
      if (mine === round) timer = setTimeout(() => void attempt(mine), retryDelayMs);
    }
  };
  const start = (): void => {
    round += 1;
    void attempt(round);
  };
  start();

  return {
    /** undefined until it is open, and after `stop`. */
    current: (): T | undefined => thing,
    /** No more attempts. Hands over what is open, for the caller to close. */
    stop: (): T | undefined => {
      const present = thing;
      thing = undefined;
      round += 1;
      clearTimeout(timer);
      return present;
    },
    /** Begins again after `stop`. */
    start,
  };
};
