import { AppError, type AppErrorOptions } from './app-error.ts';

/** The caller must change the request; trying again unchanged can't help. */
export abstract class InputError extends AppError {}

/** One fault of a request: where (RFC 6901 JSON pointer, or `query:name`, `header:name`) and what is wrong. */
export type FieldFault = { readonly pointer: string; readonly detail: string };

/** The request does not have the shape or the values that the contract asks for. Lists every fault at once. */
export class ValidationError extends InputError {
  readonly code: string = 'VALIDATION';
  readonly faults: readonly FieldFault[];

  constructor(message: string, faults: readonly FieldFault[], options: AppErrorOptions = {}) {
    super(message, options);
    this.faults = faults;
  }
}

/** What a job is to collect can't be read, as VK says now: it is closed, gone, or never was there. */
export class UnreadableTargetError extends ValidationError {
  override readonly code = 'TARGET_NOT_READABLE';
}

/** The body is syntactically broken, too large, or of a media type that isn't served. */
export class UnreadableRequestError extends InputError {
  readonly code: 'MALFORMED_BODY' | 'BODY_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'MALFORMED_URL';

  constructor(code: UnreadableRequestError['code'], message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}

/** No such object in the caller's workspace. Also said of another workspace's object, so that ids can't be probed. */
export class NotFoundError extends InputError {
  readonly code = 'NOT_FOUND';
}

/** The route exists, the method doesn't. */
export class MethodNotAllowedError extends InputError {
  readonly code = 'METHOD_NOT_ALLOWED';
}

/** The request contradicts the present state of the object. */
export class ConflictError extends InputError {
  readonly code: 'CONFLICT' | 'JOB_NOT_FINISHED' | 'IDEMPOTENCY_IN_FLIGHT';

  constructor(message: string, options: AppErrorOptions & { code?: ConflictError['code'] } = {}) {
    super(message, options);
    this.code = options.code ?? 'CONFLICT';
  }
}

/** The idempotency key was used before with another request body. */
export class IdempotencyMismatchError extends InputError {
  readonly code = 'IDEMPOTENCY_MISMATCH';
}

/** `If-Match` named a version of the object that is not the present one. */
export class PreconditionFailedError extends InputError {
  readonly code = 'PRECONDITION_FAILED';
}

/** The caller sends more than it may. */
export class RateLimitError extends InputError {
  readonly code = 'RATE_LIMITED';
  override readonly retryable = true;
  /** How long to wait before the next try. */
  readonly retryAfterMs: number;

  constructor(message: string, options: AppErrorOptions & { retryAfterMs: number }) {
    super(message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Who calls is unknown (`UNAUTHENTICATED`), or known and not allowed to do this (`FORBIDDEN`). */
export class AuthError extends InputError {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';

  constructor(code: AuthError['code'], message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
  }
}
