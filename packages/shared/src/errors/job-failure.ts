import { type AppError, InternalError } from './app-error.ts';
import { describeError } from './error-catalog.ts';
import { VkApiError } from './upstream-errors.ts';

/** An error as it is stored with a job and shown to its owner. */
export type FailureRecord = {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly vkCode?: number;
};

/** Keeps the words that were written for people, and replaces what only our own log may say. */
export const toJobFailure = (error: AppError): FailureRecord => ({
  code: error.code,
  message: error instanceof InternalError ? describeError(error).title : error.message,
  retryable: error.retryable,
  ...(error instanceof VkApiError && { vkCode: error.vkCode }),
});
