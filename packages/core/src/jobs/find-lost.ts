import type { DispatchItem, DispatchedItem, JobMoves } from '@otklik/contracts';
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
 * Compares the rows that should sit in the queue with the queue, and gives back what is absent (move 15). Each row is
 * looked up once as soon as it is `lookUpAfterMs` old, however many there are: that is when one shows that was marked and
 * never added, or that a queue which was killed had not written down. Then all of them are looked up again in turn, a page
 * each call, so that one round stays small; where rows are missing, the next page comes at once: a queue that came back from
 * an old copy misses many.
 */
export const makeFindLost = (deps: Deps): (() => Promise<RepairBatch>) => {
  const lookUpNew = makeWalk(deps, (last, isFull) => ({ next: last, hasMore: isFull }));
  const lookUpAgain = makeWalk(deps, (last, isFull, count) => ({ next: isFull ? last : null, hasMore: isFull && count > 0 }));
  return async () => {
    const [fresh, again] = [await lookUpNew(), await lookUpAgain()];
    return { count: fresh.count + again.count, hasMore: fresh.hasMore || again.hasMore };
  };
};

type Step = (
  last: DispatchedItem | null,
  isFull: boolean,
  count: number,
) => { readonly next: DispatchedItem | null; readonly hasMore: boolean };

/** Goes through the dispatched rows in the order in which they were dispatched, a page each call; `step` says where it goes on. */
const makeWalk = ({ jobs, queue, lookUpAfterMs, limit }: Deps, step: Step) => {
  let after: DispatchedItem | null = null;
  return async (): Promise<RepairBatch> => {
    const page = await jobs.listDispatched({ olderThanMs: lookUpAfterMs, limit, after });
    const absent = page.length === 0 ? [] : await queue.findAbsent(page);
    const count = absent.length === 0 ? 0 : await jobs.requeueLost(absent);
    const { next, hasMore } = step(page.at(-1) ?? after, page.length === limit, count);
    after = next;
    return { count, hasMore };
  };
};
