import { AppError, QueueError, ServiceUnavailableError, withDeadline } from '@otklik/shared';

/** Whatever the queue's store threw, as an error of ours. The store's own words are kept as the cause. */
export const toQueueError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError && !(thrown instanceof ServiceUnavailableError)) return thrown;
  return new QueueError('The queue is not reachable; jobs are kept and dispatched later.', { cause: thrown });
};

/** Runs one call to the store: ends within the deadline, rejects with QueueError only. */
export const askQueue = async <T>(ask: () => Promise<T>, deadlineMs: number): Promise<T> => {
  try {
    return await withDeadline(ask(), deadlineMs, 'The queue');
  } catch (thrown) {
    throw toQueueError(thrown);
  }
};

/** BullMQ could not record how a delivery ended: its lock or all of its data are gone. The row is right regardless. */
export const isBookkeepingError = (error: Error): boolean =>
  /^(Missing (key|lock)|Lock mismatch|could not renew lock|Job \S+ is not in the \w+ state)/i.test(error.message);
