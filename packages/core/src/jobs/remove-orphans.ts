import { type DispatchItem, type JobMoves, type JobType, jobTypes } from '@otklik/contracts';
import type { Logger } from '@otklik/shared';
import type { RepairBatch } from './repair-steps.ts';

/** A delivery as its id tells it. */
export type Delivery = Pick<DispatchItem, 'jobId' | 'generation' | 'type'>;

/** What lies in the queues, and taking it out. */
export type QueueShelves = {
  /** Deliveries of a type that wait, by place; `size` counts those as well whose id is none of ours. */
  listWaiting(
    type: JobType,
    page: { readonly start: number; readonly limit: number },
  ): Promise<{ readonly items: readonly Delivery[]; readonly size: number }>;
  removeWaiting(items: readonly Delivery[]): Promise<void>;
  /** Says whether somebody had paused the queue in its own way, which is none of ours: then jobs wait and nobody knows why. */
  resume(type: JobType): Promise<boolean>;
};

type Deps = {
  readonly jobs: Pick<JobMoves, 'findOrphans'>;
  readonly queue: QueueShelves;
  readonly logger: Logger;
  /** Deliveries of each type that one call looks at. */
  readonly limit: number;
};

/**
 * Takes out of the queue what belongs to no living job, or to an old generation of one, a page of each type per call. Workers
 * drop such deliveries; where no worker comes, they would fill the store and stand in the way of others.
 */
export const makeRemoveOrphans = ({ jobs, queue, logger, limit }: Deps) => {
  const places = new Map<JobType, number>();

  const sweep = async (type: JobType): Promise<RepairBatch> => {
    if (await queue.resume(type)) logger.warn('a queue was paused behind our back, it goes on', { type });
    const start = places.get(type) ?? 0;
    const { items, size } = await queue.listWaiting(type, { start, limit });
    // The queue was read first: a row that moved on since then has left this delivery behind all the same.
    const orphans = items.length === 0 ? [] : await jobs.findOrphans(items);
    if (orphans.length > 0) await queue.removeWaiting(orphans.map((orphan) => ({ ...orphan, type })));
    const isLast = size < limit;
    places.set(type, isLast ? 0 : start + limit - orphans.length);
    return { count: orphans.length, hasMore: orphans.length > 0 && !isLast };
  };

  return async (): Promise<RepairBatch> => {
    let count = 0;
    let hasMore = false;
    for (const type of jobTypes) {
      const swept = await sweep(type);
      count += swept.count;
      hasMore ||= swept.hasMore;
    }
    return { count, hasMore };
  };
};
