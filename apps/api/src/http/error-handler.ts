import type { ErrorRequestHandler } from 'express';
import { type AppError, type Logger, UnreadableRequestError, toAppError } from '@otklik/shared';
import { toProblem } from './problem.ts';
import { requestIdOf } from './request-id.ts';

/** The one place where an error becomes an answer. What is our fault is logged whole, what is the caller's in short. */
export const makeErrorHandler =
  ({ logger }: { readonly logger: Logger }): ErrorRequestHandler =>
  (thrown: unknown, req, res, next) => {
    const error = fromExpress(thrown);
    const { body, headers } = toProblem(error, { path: req.path, requestId: requestIdOf(res) });
    if (body.status >= 500) logger.error('request failed', { code: body.code, error });
    else logger.debug('request refused', { code: body.code, status: body.status });
    // Half an answer is out already: breaking the connection is the only way left to say that it is not whole.
    if (res.headersSent) return next(thrown);
    res.status(body.status).set(headers).type('application/problem+json').send(JSON.stringify(body));
  };

/** Express and its parsers throw errors of their own kind, with a status. */
export const fromExpress = (thrown: unknown): AppError => {
  const fault = thrown instanceof Error ? thrown : new Error('not an error');
  const status = 'status' in fault && typeof fault.status === 'number' ? fault.status : 500;
  const type = 'type' in fault && typeof fault.type === 'string' ? fault.type : '';
  if (fault instanceof URIError || (status === 400 && type === ''))
    return unreadable('MALFORMED_URL', 'The URL has a broken percent-encoding.', fault);
  if (status === 413) return unreadable('BODY_TOO_LARGE', 'The body may have 256 KiB at most.', fault);
  if (status === 415)
    return unreadable('UNSUPPORTED_MEDIA_TYPE', 'Send application/json in UTF-8, not compressed by anything but gzip.', fault);
  if (status === 400) return unreadable('MALFORMED_BODY', 'The body is not readable JSON.', fault);
  return toAppError(thrown);
};

const unreadable = (code: UnreadableRequestError['code'], message: string, cause: Error): AppError =>
  new UnreadableRequestError(code, message, { cause });
