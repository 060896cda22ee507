import type { JobType, QueuePauses, QueueSettings } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';

type Deps = {
  readonly pauses: QueuePauses;
  readonly settings: Pick<QueueSettings, 'setConcurrency'>;
  /** Told after a queue was resumed. */
  readonly dispatcher: { nudge(): void };
  readonly logger: Logger;
};

/**
 * Holding queues and letting them go on. All of them throw DatabaseError; doing again what is done changes nothing. `by`:
 * id of the key that asks.
 */
export type SteerQueues = {
  /** From the moment this resolves nothing of the type begins in any process; what runs goes on. */
  pause(type: JobType, by: string): Promise<void>;
  /** Like `pause`, and what runs is asked to give its turn back at its next safe point, without spending an attempt. */
  drain(type: JobType, by: string): Promise<void>;
  /** Ends a pause and a drain. */
  resume(type: JobType, by: string): Promise<void>;
  /** Attempts at once in each worker process; null: what each of them was started with. More begin within a second, fewer as attempts end. */
  setConcurrency(type: JobType, concurrency: number | null, by: string): Promise<void>;
};

export const makeSteerQueues = ({ pauses, settings, dispatcher, logger }: Deps): SteerQueues => ({
  pause: async (type, by) => {
    if (await pauses.pause(type, by)) logger.info('queue paused', { type, by });
  },
  drain: async (type, by) => {
    if (await pauses.drain(type, by)) logger.info('queue drains', { type, by });
  },
  resume: async (type, by) => {
    if (await pauses.resume(type)) logger.info('queue resumed', { type, by });
    dispatcher.nudge();
  },
  setConcurrency: async (type, concurrency, by) => {
    if (await settings.setConcurrency(type, concurrency, by)) logger.info('concurrency set', { type, concurrency, by });
  },
});
