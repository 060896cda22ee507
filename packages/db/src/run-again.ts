import { type AppError, DatabaseError, retry } from '@otklik/shared';
import { isConnectionLost } from './database-errors.ts';
import type { PoolWatch, RetryReason } from './watch-pool.ts';

export type RunOptions = {
  /**
   * Running it again changes nothing more and answers the same, so it may be repeated when its connection was lost and
   * nobody knows whether it was committed. Default: no.
   */
  readonly isIdempotent?: boolean;
};

/** Runs SQL until it works, the tries are used up, or trying again would be wrong. `isSent`: whether anything may have been done. */
export type RunAgain = <T>(run: (isSent: (sent: boolean) => void) => Promise<T>, options: RunOptions) => Promise<T>;

const ATTEMPTS = 3;
/** Those who met over the same rows come back at different times. */
const BASE_MS = 20;

export const createRunAgain =
  ({ retried }: Pick<PoolWatch, 'retried'>): RunAgain =>
  (run, { isIdempotent = false }) => {
    let isSent = true;
    return retry(() => run((sent) => (isSent = sent)), {
      attempts: ATTEMPTS,
      baseMs: BASE_MS,
      shouldRetry: (error) => {
        const reason = reasonOf(error);
        if (reason === null || (reason === 'connection_lost' && isSent && !isIdempotent)) return false;
        retried(reason);
        return true;
      },
    });
  };

/** After a conflict PostgreSQL has rolled back; after a lost connection nobody knows. */
const reasonOf = (error: AppError): RetryReason | null => {
  if (error instanceof DatabaseError && error.code === 'DB_CONFLICT') return 'conflict';
  return isConnectionLost(error) ? 'connection_lost' : null;
};
