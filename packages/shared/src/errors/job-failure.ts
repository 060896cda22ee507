import type { AppError } from './app-error.ts';
import { describeError } from './error-catalog.ts';
import { VkApiError } from './upstream-errors.ts';

/** An error as it is stored with a job and shown to its owner. */
export type FailureRecord = {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly vkCode?: number;
};

const MAX_MESSAGE = 1_000;

const cut = (message: string): string => (message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message);

/** Keeps the words that were written for people, and puts the title of the code in place of what only our log may say. */
export const toJobFailure = (error: AppError): FailureRecord => {
  const { isMessagePublic, title } = describeError(error);
  return {
    code: error.code,
    message: isMessagePublic ? cut(error.message) : title,
    retryable: error.retryable,
    ...(error instanceof VkApiError && { vkCode: error.vkCode }),
  };
};
