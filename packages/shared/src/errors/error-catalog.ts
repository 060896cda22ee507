import type { AppError } from './app-error.ts';
import type { ConfigError } from './config-error.ts';
import type { Fenced, JobCancelled, JobTimeout, MustWait, Shutdown, TurnOver } from './control-errors.ts';
import type { CacheError, DatabaseError, QueueError, ServiceUnavailableError, StorageError } from './infrastructure-errors.ts';
import type {
  AuthError,
  ConflictError,
  IdempotencyMismatchError,
  MethodNotAllowedError,
  NotFoundError,
  PreconditionFailedError,
  RateLimitError,
  UnreadableRequestError,
} from './input-errors.ts';
import type { CircuitOpenError, VkApiError, VkTransportError } from './upstream-errors.ts';

type CodeOf<E extends AppError> = E['code'];

/** Every code that the tree can carry: a new one that the catalog does not know does not compile. */
export type ErrorCode =
  | CodeOf<AuthError | ConflictError | IdempotencyMismatchError | MethodNotAllowedError | NotFoundError>
  | CodeOf<PreconditionFailedError | RateLimitError | UnreadableRequestError>
  | CodeOf<VkApiError | VkTransportError | CircuitOpenError>
  | CodeOf<CacheError | DatabaseError | QueueError | ServiceUnavailableError | StorageError>
  | CodeOf<Fenced | JobCancelled | JobTimeout | MustWait | Shutdown | TurnOver | ConfigError>
  | 'VALIDATION'
  | 'INTERNAL';

export type CatalogEntry = {
  /** Status of an HTTP answer that carries this code. */
  readonly status: number;
  /** The same for every occurrence, in one short sentence. */
  readonly title: string;
  /** Whether the message was written for callers; otherwise they get the title only. */
  readonly isMessagePublic: boolean;
  /** Seconds for `Retry-After`, where waiting helps. */
  readonly retryAfterS?: number;
};

const entry = (status: number, title: string, isMessagePublic = true): CatalogEntry => ({ status, title, isMessagePublic });
const unavailable = (title: string, retryAfterS: number): CatalogEntry => ({
  status: 503,
  title,
  isMessagePublic: false,
  retryAfterS,
});

/** The one table from code to answer. */
export const errorCatalog: Readonly<Record<ErrorCode, CatalogEntry>> = {
  VALIDATION: entry(400, 'The request is not valid.'),
  MALFORMED_BODY: entry(400, 'The body is not readable JSON.'),
  MALFORMED_URL: entry(400, 'The URL is not readable.'),
  BODY_TOO_LARGE: entry(413, 'The body is too large.'),
  UNSUPPORTED_MEDIA_TYPE: entry(415, 'Only application/json is accepted.'),
  UNAUTHENTICATED: entry(401, 'A valid API key is needed.'),
  FORBIDDEN: entry(403, 'The API key may not do this.'),
  NOT_FOUND: entry(404, 'There is nothing here.'),
  METHOD_NOT_ALLOWED: entry(405, 'The method is not served here.'),
  CONFLICT: entry(409, 'The request contradicts the present state.'),
  JOB_NOT_FINISHED: entry(409, 'The job is not finished.'),
  IDEMPOTENCY_IN_FLIGHT: entry(409, 'A request with this key is still being handled.'),
  PRECONDITION_FAILED: entry(412, 'The object has changed since.'),
  IDEMPOTENCY_MISMATCH: entry(422, 'The idempotency key was used with another request.'),
  RATE_LIMITED: entry(429, 'Too many requests.'),
  VK_API: entry(502, 'VK refused the request.'),
  VK_BAD_ANSWER: entry(502, 'VK answered with something that is not its API.'),
  VK_UNREACHABLE: { ...entry(503, 'VK can not be reached.'), retryAfterS: 10 },
  VK_TIMEOUT: entry(504, 'VK did not answer in time.'),
  CIRCUIT_OPEN: unavailable('Calls to VK are held back for now.', 30),
  DB_UNAVAILABLE: unavailable('The database can not be reached.', 2),
  DB_TIMEOUT: unavailable('The database did not answer in time.', 2),
  DB_CONFLICT: unavailable('The database was busy with the same rows.', 1),
  DB_REJECTED: entry(500, 'Something went wrong on our side.', false),
  CACHE: entry(500, 'Something went wrong on our side.', false),
  QUEUE: unavailable('The queue can not be reached.', 2),
  STORAGE: unavailable('Files can not be written or read.', 30),
  STORAGE_FULL: unavailable('There is no room for files.', 60),
  SERVICE_UNAVAILABLE: unavailable('The service is not available right now.', 2),
  JOB_CANCELLED: entry(409, 'The job was cancelled.'),
  JOB_TIMEOUT: entry(504, 'The job ran out of time.'),
  MUST_WAIT: unavailable('The job has to wait.', 10),
  SHUTDOWN: unavailable('The process is going down.', 2),
  TURN_OVER: unavailable('The job gave its turn back.', 2),
  FENCED: entry(409, 'Somebody else holds the job.'),
  CONFIG: entry(500, 'Something went wrong on our side.', false),
  INTERNAL: entry(500, 'Something went wrong on our side.', false),
};

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalog, code);

/** What the catalog says of an error; an unknown code counts as a bug of ours. */
export const describeError = (error: AppError): CatalogEntry & { readonly code: ErrorCode } => {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL';
  return { code, ...errorCatalog[code] };
};
