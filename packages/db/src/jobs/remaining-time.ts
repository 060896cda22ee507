import type { SubmitInput } from '@otklik/contracts';
import { DatabaseError } from '@otklik/shared';

/** Nothing is begun with less: it would be given up a moment later, and with it what goes in the same statement. */
const LEAST_MS = 300;
/** Who comes with less shares its statement with others like it: who has time does not fail for who has little. */
const URGENT_MS = 1_000;

/** Whether it may still be written. */
export const hasTime = (input: SubmitInput): boolean => remainingOf(input) >= LEAST_MS;

/** Whether little is left of its time. */
export const isUrgent = (input: SubmitInput): boolean => remainingOf(input) < URGENT_MS;

/** For whom it was not begun with. */
export const tooLate = (): DatabaseError =>
  new DatabaseError('DB_TIMEOUT', 'There was no time left to record this job, and nothing was recorded.');

/**
 * Writes for as long as the most urgent of them has time. Then it is ended, in the server as well, and rejects with
 * `DB_UNAVAILABLE`: it may have been committed at that moment.
 */
export const inRemainingTime = async <T>(
  inputs: readonly SubmitInput[],
  write: (signal: AbortSignal | undefined) => Promise<T>,
): Promise<T> => {
  const ms = Math.min(...inputs.map(remainingOf));
  if (ms === Number.POSITIVE_INFINITY) return write(undefined);
  const signal = AbortSignal.timeout(Math.max(0, Math.floor(ms)));
  try {
    return await write(signal);
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    throw new DatabaseError('DB_UNAVAILABLE', 'The database did not say in time whether it recorded the job.', { cause: thrown });
  }
};

const remainingOf = ({ remainingMs }: SubmitInput): number => remainingMs?.() ?? Number.POSITIVE_INFINITY;
