import type { DispatchItem, JobMoves } from '@otklik/contracts';
import type { RepairBatch } from './repair-steps.ts';

/** What the queue says about rows. */
export type QueueRows = { findAbsent(items: readonly DispatchItem[]): Promise<readonly DispatchItem[]> };

type Deps = {
  readonly jobs: Pick<JobMoves, 'listDispatched' | 'requeueLost'>;
  readonly queue: QueueRows;
  readonly lookUpAfterMs: number;
  readonly limit: number;
};

/**
 * Compares the rows that should sit in the queue with the queue, a page of rows each call, and gives back what is
 * absent (move 15). Goes through all of them in turn, so that one round stays small whatever the backlog; where rows
 * are missing, the next page comes at once: a queue that came back from an old copy misses many.
 */
export const makeFindLost = ({ jobs, queue, lookUpAfterMs, limit }: Deps) => {
  let after: string | null = null;
  return async (): Promise<RepairBatch> => {
    const page: readonly DispatchItem[] = await jobs.listDispatched({ olderThanMs: lookUpAfterMs, limit, after });
    const absent = page.length === 0 ? [] : await queue.findAbsent(page);
    const count = absent.length === 0 ? 0 : await jobs.requeueLost(absent);
    after = page.length === limit ? (page.at(-1)?.jobId ?? null) : null;
    return { count, hasMore: count > 0 && after !== null };
  };
};
