import { type Problem, problemType } from '@otklik/contracts';
import { type AppError, MustWait, RateLimitError, ValidationError, VkApiError, describeError } from '@otklik/shared';

export type ProblemAnswer = { readonly body: Problem; readonly headers: Readonly<Record<string, string>> };

type Where = { readonly path: string; readonly requestId: string };

/** The answer to an error. Says nothing that was not written for callers. */
export const toProblem = (error: AppError, { path, requestId }: Where): ProblemAnswer => {
  const { code, status, title, isMessagePublic, retryAfterS } = describeError(error);
  const afterS = secondsToWait(error) ?? retryAfterS;
  return {
    body: {
      type: problemType(code),
      title,
      status,
      ...(isMessagePublic && { detail: error.message }),
      instance: path,
      code,
      requestId,
      ...(error instanceof ValidationError && { errors: [...error.faults] }),
    },
    headers: {
      ...(afterS !== undefined && { 'Retry-After': String(afterS) }),
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="otklik"' }),
    },
  };
};

const secondsToWait = (error: AppError): number | undefined => {
  if (error instanceof RateLimitError || error instanceof VkApiError)
    return error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1_000);
  return error instanceof MustWait ? Math.ceil(error.waitMs / 1_000) : undefined;
};
