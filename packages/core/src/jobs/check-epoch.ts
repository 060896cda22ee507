import type { JobMoves } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';
import { type Failpoint, noFailpoints } from './failpoints.ts';
import type { RepairBatch } from './repair-steps.ts';

/** The epoch that PostgreSQL believes the queue to have, and the database's time. */
export type QueueEpoch = {
  read(): Promise<{ readonly epoch: string | null; readonly now: Date }>;
  write(epoch: string): Promise<void>;
};

/** The same number as the queue remembers it; gone when the queue lost its memory, another one when it is an old copy. */
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
  readonly failpoint?: Failpoint;
};

const BATCH = 1_000;

/** A repair that takes several batches: what it is about, and since when. */
type Loss = { readonly of: string; readonly before: Date; requeued: number };

/**
 * Finds out whether the queue lost everything, and if so gives all dispatched jobs to it again (move 15), a batch each
 * call. The new epoch is written last: a crash on the way repeats the repair, which costs a generation and nothing else.
 */
export const makeCheckEpoch = ({ jobs, epoch, queue, newId, logger, failpoint = noFailpoints }: Deps) => {
  let loss: Loss | null = null;

  return async (): Promise<RepairBatch> => {
    const [expected, remembered] = await Promise.all([epoch.read(), queue.readEpoch()]);
    if (expected.epoch !== null && expected.epoch === remembered) {
      loss = null;
      return { count: 0, hasMore: false };
    }
    const of = `${String(expected.epoch)} ${String(remembered)}`;
    // What is dispatched after this moment went into the queue as it is now.
    if (loss?.of !== of) loss = { of, before: expected.now, requeued: 0 };
    const count = await jobs.requeueAllDispatched({ before: loss.before, limit: BATCH });
    loss.requeued += count;
    if (count > 0) failpoint('in-epoch-repair');
    if (count === BATCH) return { count, hasMore: true };

    const next = newId();
    await queue.writeEpoch(next);
    failpoint('before-epoch-record');
    await epoch.write(next);
    if (expected.epoch !== null) logger.warn('the queue lost its memory, jobs were given to it again', { requeued: loss.requeued });
    return { count, hasMore: false };
  };
};
