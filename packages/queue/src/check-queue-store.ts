import { type Logger, QueueError, toAppError } from '@otklik/shared';
import type { QueueEngine } from './queue-engine.ts';

type Deps = { readonly engine: Pick<QueueEngine, 'assertQueueStore'>; readonly logger: Logger };

/**
 * Refuses a store that would lose jobs. Throws ConfigError. One that is not there yet can't be asked: the process starts
 * without knowing, because accepting jobs needs no queue.
 */
export const checkQueueStore = async ({ engine, logger }: Deps): Promise<void> => {
  try {
    await engine.assertQueueStore();
  } catch (thrown) {
    if (!(thrown instanceof QueueError)) throw thrown;
    logger.warn('the settings of the queue are not known, it does not answer', { error: toAppError(thrown) });
  }
};
