import type { JobType, QueuePauses } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';

type Deps = {
  readonly pauses: QueuePauses;
  /** Told after a queue was resumed. */
  readonly dispatcher: { nudge(): void };
  readonly logger: Logger;
};

/** Holding queues and letting them go on. Both throw DatabaseError; doing again what is done changes nothing. */
export type SteerQueues = {
  /** From the moment this resolves nothing of the type begins in any process; what runs goes on. `by`: id of the key that asks. */
  pause(type: JobType, by: string): Promise<void>;
  resume(type: JobType, by: string): Promise<void>;
};

export const makeSteerQueues = ({ pauses, dispatcher, logger }: Deps): SteerQueues => ({
  pause: async (type, by) => {
    if (await pauses.pause(type, by)) logger.info('queue paused', { type, by });
  },
  resume: async (type, by) => {
    if (await pauses.resume(type)) logger.info('queue resumed', { type, by });
    dispatcher.nudge();
  },
});
