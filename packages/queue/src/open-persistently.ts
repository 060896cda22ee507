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
  let isStopped = false;

  const attempt = async (): Promise<void> => {
    try {
      const opened = await open();
      if (isStopped) return await close(opened);
      thing = opened;
    } catch (thrown) {
      if (thrown instanceof Error) onError(thrown);
      if (!isStopped) timer = setTimeout(() => void attempt(), retryDelayMs);
    }
  };
  void attempt();

  return {
    /** undefined until it is open. */
    current: (): T | undefined => thing,
    /** No more attempts. */
    stop: (): void => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
