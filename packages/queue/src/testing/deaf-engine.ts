import type { QueueEngine, QueueExit } from '../queue-engine.ts';

/**
 * An engine whose first `times` workers of any type come up, seem well and take nothing, as connected workers have been
 * seen to do. How often one was opened is told by `opened`.
 */
export const deafen = (engine: QueueEngine, { times }: { readonly times: number }) => {
  let count = 0;
  const deaf: QueueExit = {
    setConcurrency: () => undefined,
    // Nor do they let themselves be closed.
    close: () => new Promise(() => undefined),
    cut: async () => undefined,
  };
  return {
    opened: (): number => count,
    engine: {
      ...engine,
      openExit: async (...args: Parameters<QueueEngine['openExit']>): Promise<QueueExit> => {
        count += 1;
        return count <= times ? deaf : engine.openExit(...args);
      },
    } satisfies QueueEngine,
  };
};

/** An engine whose first worker takes one delivery and goes deaf with it. */
export const goDeaf = (engine: QueueEngine): QueueEngine => {
  let isFirst = true;
  return {
    ...engine,
    openExit: async (type, options) => {
      if (!isFirst) return engine.openExit(type, options);
      isFirst = false;
      // One slot, whatever it is told: with that taken it hears nothing.
      const exit = await engine.openExit(type, { ...options, concurrency: 1 });
      return { ...exit, setConcurrency: () => undefined };
    },
  };
};
