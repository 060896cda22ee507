import type { JobMoves } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';

/** The epoch that PostgreSQL believes the queue to have, and the database's time. */
export type QueueEpoch = {
  read(): Promise<{ readonly epoch: string | null; readonly now: Date }>;
  write(epoch: string): Promise<void>;
};

/** The same number as the queue remembers it; gone when the queue lost its memory. */
export type QueueMemory = {
  readEpoch(): Promise<string | null>;
  writeEpoch(epoch: string): Promise<void>;
};

type Deps = {
  readonly jobs: Pick<JobMoves, 'requeueAllDispatched'>;
  readonly epoch: QueueEpoch;
  readonly queue: QueueMemory;
  readonly newId: () => string;
  readonly logger: Logger;
};

const BATCH = 1_000;

/**
 * Finds out whether the queue lost everything, and if so gives all dispatched jobs to it again (move 15). The new
 * epoch is written last: a crash on the way repeats the repair, which costs a generation and nothing else.
 */
export const makeCheckEpoch =
  ({ jobs, epoch, queue, newId, logger }: Deps) =>
  async (): Promise<number> => {
    const [expected, remembered] = await Promise.all([epoch.read(), queue.readEpoch()]);
    if (expected.epoch !== null && expected.epoch === remembered) return 0;
    let requeued = 0;
    // What is dispatched after this moment went into the queue as it is now.
    for (let batch = BATCH; batch === BATCH; requeued += batch)
      batch = await jobs.requeueAllDispatched({ before: expected.now, limit: BATCH });
    const next = newId();
    await queue.writeEpoch(next);
    await epoch.write(next);
    if (expected.epoch !== null) logger.warn('the queue lost its memory, jobs were given to it again', { requeued });
    return requeued;
  };
