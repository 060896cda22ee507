import type { DispatchItem, JobMoves } from '@otklik/contracts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'listDispatched' | 'requeueLost'>;
  readonly queue: { findAbsent(items: readonly DispatchItem[]): Promise<readonly DispatchItem[]> };
  readonly lookUpAfterMs: number;
  readonly limit: number;
};

/**
 * Compares the rows that should sit in the queue with the queue, a page of rows each round, and gives back what is
 * absent (move 15). Goes through all of them in turn, so that one round stays small whatever the backlog.
 */
export const makeFindLost = ({ jobs, queue, lookUpAfterMs, limit }: Deps) => {
  let after: string | null = null;
  return async (): Promise<number> => {
    const page: readonly DispatchItem[] = await jobs.listDispatched({ olderThanMs: lookUpAfterMs, limit, after });
    after = page.length === limit ? (page.at(-1)?.jobId ?? null) : null;
    if (page.length === 0) return 0;
    const absent = await queue.findAbsent(page);
    return absent.length === 0 ? 0 : jobs.requeueLost(absent);
  };
};
