import type { Job, Queue } from 'bullmq';
import { KEEP_FAILED } from './bull-worker.ts';
import type { QueueWindow, ShelfName, StoredDelivery } from './queue-engine.ts';

const SHELVES: readonly ShelfName[] = ['active', 'waiting', 'prioritized', 'completed', 'failed'];

/** What both backends of BullMQ have in common. */
export type LookedAtQueue = Pick<Queue, 'getJobCounts' | 'getJobs' | 'getJob' | 'getJobState' | 'remove' | 'clean' | 'close'>;

/** BullMQ's queue behind our type. */
export const createWindow = (queue: LookedAtQueue): QueueWindow => {
  const shelfOf = async (id: string): Promise<ShelfName | null> => {
    const state = await queue.getJobState(id);
    return SHELVES.find((shelf) => shelf === state) ?? null;
  };

  return {
    counts: async () => {
      const counts = await queue.getJobCounts(...SHELVES);
      const of = (shelf: ShelfName): number => counts[shelf] ?? 0;
      return {
        active: of('active'),
        waiting: of('waiting'),
        prioritized: of('prioritized'),
        completed: of('completed'),
        failed: of('failed'),
      };
    },
    list: async (shelves, { start, end }) => (await queue.getJobs([...shelves], start, end)).map(toStored),
    find: async (id) => {
      const job = await queue.getJob(id);
      return job === undefined ? null : toStored(job);
    },
    shelfOf,
    forget: async (id) => {
      const shelf = await shelfOf(id);
      if (shelf !== 'completed' && shelf !== 'failed') return false;
      return (await queue.remove(id)) === 1;
    },
    forgetAll: async (shelf) => {
      await queue.clean(0, KEEP_FAILED.count, shelf);
    },
    close: () => queue.close(),
  };
};

const toStored = (job: Job): StoredDelivery => ({
  id: job.id ?? '',
  data: job.data,
  value: job.returnvalue,
  reason: job.failedReason,
  band: job.opts.priority ?? 0,
  addedAt: job.timestamp,
  startedAt: job.processedOn,
  endedAt: job.finishedOn,
  worker: job.processedBy,
});
