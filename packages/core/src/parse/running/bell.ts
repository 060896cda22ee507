export type Bell = {
  /** Wakes everybody who waits now. */
  ring(): void;
  /** Resolves with the next ring. */
  heard(): Promise<void>;
};

export const createBell = (): Bell => {
  let waiting = Promise.withResolvers<void>();
  return {
    ring: () => {
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    heard: () => waiting.promise,
  };
};
