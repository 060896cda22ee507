import { type Clock, systemClock } from '../clock/clock.ts';
import { type AppError, toAppError } from '../errors/app-error.ts';

export type RetryDelayOptions = {
  /** Upper bound after the first failure. Default 500 ms. */
  readonly baseMs?: number;
  /** Upper bound ever. Default 60 s. */
  readonly maxMs?: number;
  /** 0 ≤ x < 1; for tests. */
  readonly random?: () => number;
};

/** Past any sensible bound; without it 2 ** 1024 is Infinity, and no wait at all times Infinity is not a number. */
const MAX_DOUBLINGS = 60;

/**
 * Wait after a failed attempt (1 = the first): full jitter below an exponentially growing bound, so that those who
 * failed together do not all come back together.
 */
export const retryDelayMs = (attempt: number, { baseMs = 500, maxMs = 60_000, random = Math.random }: RetryDelayOptions = {}): number =>
  random() * Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, MAX_DOUBLINGS));

export type RetryOptions = RetryDelayOptions & {
  /** Tries in all. */
  readonly attempts: number;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Default: what the error says of itself. */
  readonly shouldRetry?: (error: AppError) => boolean;
};

/** Tries until it works, the attempts are used up, or the error says that trying again can't help; then throws that. */
export const retry = async <T>(fn: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> => {
  const { attempts, clock = systemClock, signal, shouldRetry = (error) => error.retryable } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fn(attempt);
    } catch (thrown) {
      if (attempt >= attempts || !shouldRetry(toAppError(thrown))) throw thrown;
      await clock.sleep(retryDelayMs(attempt, options), signal);
    }
  }
};
