/**
 * The error tree of Otklik, grouped by who must act.
 *
 *   AppError
 *     InputError            the caller must change the request            4xx, never retried
 *       ValidationError · NotFoundError · ConflictError · RateLimitError · AuthError
 *     UpstreamError         VK failed                                     502/503/504, policy per error in the worker
 *       VkApiError · VkTransportError · CircuitOpenError · NoTokenError
 *     InfrastructureError   our own store failed                          503, retried
 *       DatabaseError · CacheError · QueueError · ServiceUnavailableError · StorageError · ThreadError ·
 *       SecretUnreadableError
 *     ControlError          a decision, not a failure
 *       JobCancelled · JobTimeout · MustWait · Shutdown · TurnOver · Fenced
 *     ConfigError           start-up only, exit code 78
 *     InternalError         a bug of ours                                 500
 *
 * Every class names its `code`; the table in `error-catalog.ts` says what a code means to a caller.
 */
export type ErrorContext = Readonly<Record<string, unknown>>;

export type AppErrorOptions = {
  /** What failed underneath. Kept for the log, never shown to a caller. */
  readonly cause?: unknown;
  /** Facts for the log line. Must not hold tokens or texts of comments. */
  readonly context?: ErrorContext;
};

/** Base of every error that Otklik throws on purpose. */
export abstract class AppError extends Error {
  /** Stable, machine-readable name: part of the API. */
  abstract readonly code: string;
  /** Whether the same thing may succeed when tried again unchanged. */
  readonly retryable: boolean = false;
  readonly context: ErrorContext;

  constructor(message: string, { cause, context = {} }: AppErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.context = context;
  }
}

/** Something that Otklik's authors did not foresee: a bug to report. */
export class InternalError extends AppError {
  readonly code = 'INTERNAL';
}

/** Wraps whatever was thrown into the tree; what is in the tree already passes through unchanged. */
export const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError ? thrown : new InternalError('Unexpected error', { cause: thrown });
