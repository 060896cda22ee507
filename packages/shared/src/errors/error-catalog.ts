import type { AppError } from './app-error.ts';
import type { ConfigError } from './config-error.ts';
import type { Fenced, JobCancelled, JobTimeout, MustWait, Shutdown, TurnOver } from './control-errors.ts';
import type {
  CacheError,
  DatabaseError,
  QueueError,
  SecretUnreadableError,
  ServiceUnavailableError,
  StorageError,
  ThreadError,
} from './infrastructure-errors.ts';
import type {
  AuthError,
  ConflictError,
  IdempotencyMismatchError,
  MethodNotAllowedError,
  NotFoundError,
  PreconditionFailedError,
  RateLimitError,
  UnreadableRequestError,
  UnreadableTargetError,
} from './input-errors.ts';
import type { CircuitOpenError, NoTokenError, VkApiError, VkTransportError } from './upstream-errors.ts';

type CodeOf<E extends AppError> = E['code'];

/** Every code that the tree can carry: a new one that the catalog does not know does not compile. */
export type ErrorCode =
  | CodeOf<AuthError | ConflictError | IdempotencyMismatchError | MethodNotAllowedError | NotFoundError>
  | CodeOf<PreconditionFailedError | RateLimitError | UnreadableRequestError | UnreadableTargetError>
  | CodeOf<VkApiError | VkTransportError | CircuitOpenError | NoTokenError>
  | CodeOf<CacheError | DatabaseError | QueueError | ServiceUnavailableError | StorageError | ThreadError>
  | CodeOf<SecretUnreadableError>
  | CodeOf<Fenced | JobCancelled | JobTimeout | MustWait | Shutdown | TurnOver | ConfigError>
  | 'VALIDATION'
  | 'INTERNAL';

export type CatalogEntry = {
  /** Status of an HTTP answer that carries this code. */
  readonly status: number;
  /** The same for every occurrence, in one short sentence. */
  readonly title: string;
  /** What whoever meets it can do, in a sentence or two. */
  readonly advice: string;
  /** Whether the message was written for callers; otherwise they get the title only. */
  readonly isMessagePublic: boolean;
  /** Seconds for `Retry-After`, where waiting helps. */
  readonly retryAfterS?: number;
};

const entry = (status: number, title: string, advice: string): CatalogEntry => ({ status, title, advice, isMessagePublic: true });
const ourFault = (advice: string): CatalogEntry => ({
  status: 500,
  title: 'Something went wrong on our side.',
  advice,
  isMessagePublic: false,
});
const unavailable = (title: string, retryAfterS: number, advice: string): CatalogEntry => ({
  status: 503,
  title,
  advice,
  isMessagePublic: false,
  retryAfterS,
});

const REPORT = 'Report it with the requestId: the log of the API holds the cause under it.';
const ASK_OPERATOR = 'If it lasts, the operator finds the cause in /health and in the log.';

/** The one table from code to answer. */
export const errorCatalog: Readonly<Record<ErrorCode, CatalogEntry>> = {
  VALIDATION: entry(400, 'The request is not valid.', 'Mend what `errors` names, each with the place in the request.'),
  MALFORMED_BODY: entry(400, 'The body is not readable JSON.', 'Send one JSON object in UTF-8.'),
  MALFORMED_URL: entry(400, 'The URL is not readable.', 'Encode every % and every special character of the URL.'),
  BODY_TOO_LARGE: entry(
    413,
    'The body is too large.',
    'Split the request: a body may have 256 KiB, a list of targets that comes as a file 5 MiB.',
  ),
  UNSUPPORTED_MEDIA_TYPE: entry(
    415,
    'The body is of a type that is not read here.',
    'Set Content-Type: application/json. Lists of targets may also come as text/plain or text/csv.',
  ),
  UNAUTHENTICATED: entry(401, 'A valid API key is needed.', 'Send a key that is not revoked: Authorization: Bearer otk_…'),
  FORBIDDEN: entry(403, 'The API key may not do this.', 'Use a key with the scope that the API description names for the operation.'),
  NOT_FOUND: entry(404, 'There is nothing here.', 'Check path and id. An object of another workspace is not found either.'),
  METHOD_NOT_ALLOWED: entry(405, 'The method is not served here.', 'Use one of the methods in the header Allow.'),
  CONFLICT: entry(409, 'The request contradicts the present state.', 'Read the object again and decide anew.'),
  JOB_NOT_FINISHED: entry(409, 'The job is not finished.', 'Follow the job until its state is final, then ask for the result.'),
  IDEMPOTENCY_IN_FLIGHT: entry(
    409,
    'A request with this key is still being handled.',
    'Repeat the same request a moment later: it answers as the first one did.',
  ),
  PRECONDITION_FAILED: entry(412, 'The object has changed since.', 'Read it again and send its new ETag in If-Match.'),
  IDEMPOTENCY_MISMATCH: entry(422, 'The idempotency key was used with another request.', 'Make a new key for a new request.'),
  TARGET_NOT_READABLE: entry(
    422,
    'VK shows nothing at the target.',
    'Look at the page in a browser. Add a token of a member for a closed community, or submit with `check=false` to let the job find out.',
  ),
  RATE_LIMITED: entry(429, 'Too many requests.', 'Wait as long as Retry-After says.'),
  VK_API: entry(502, 'VK refused the request.', 'The message says what VK objects to; the table of VK codes below says what to do.'),
  VK_BAD_ANSWER: entry(
    502,
    'VK answered with something that is not its API.',
    'Jobs try again by themselves. VK or a proxy in between is in trouble.',
  ),
  VK_UNREACHABLE: {
    ...entry(503, 'VK can not be reached.', 'Jobs try again by themselves. If it lasts, check the network and the DNS of the workers.'),
    retryAfterS: 10,
  },
  VK_TIMEOUT: entry(504, 'VK did not answer in time.', 'Jobs try again by themselves.'),
  CIRCUIT_OPEN: unavailable(
    'Calls to VK are held back for now.',
    30,
    'Nothing: jobs wait without losing an attempt and go on when VK answers.',
  ),
  NO_VK_TOKEN: unavailable(
    'No VK token can be used now.',
    60,
    'Jobs wait without losing an attempt. The list of VK tokens says of each why it can not be used; add one, or wait.',
  ),
  DB_UNAVAILABLE: unavailable(
    'The database can not be reached.',
    2,
    `Repeat after Retry-After, with the same idempotency key: the answer alone may have been lost. ${ASK_OPERATOR}`,
  ),
  DB_TIMEOUT: unavailable(
    'The database did not answer in time.',
    2,
    `Repeat after Retry-After, with the same idempotency key. ${ASK_OPERATOR}`,
  ),
  DB_CONFLICT: unavailable('The database was busy with the same rows.', 1, 'Repeat after Retry-After.'),
  DB_REJECTED: ourFault(REPORT),
  CACHE: ourFault('No caller meets it: a cache that fails is passed by.'),
  QUEUE: unavailable('The queue can not be reached.', 2, `Jobs are accepted all the same and run when it is back. ${ASK_OPERATOR}`),
  STORAGE: unavailable(
    'Files can not be written or read.',
    30,
    'The operator checks that EXPORT_DIR is there, writable, and the same for API and workers.',
  ),
  STORAGE_FULL: unavailable('There is no room for files.', 60, 'The operator makes room in EXPORT_DIR, then the job is retried.'),
  THREAD: unavailable('The work was interrupted.', 10, `The job tries again by itself. ${ASK_OPERATOR}`),
  THREAD_MEMORY: unavailable(
    'The work needed more memory than it may have.',
    60,
    'The job tries again by itself. If it fails for good, the operator raises WORKER_THREADS_MEMORY_MB, then the job is retried.',
  ),
  NO_KEYRING: entry(
    503,
    'VK tokens can not be kept here.',
    'The operator sets OTKLIK_KEYRING (`npm run keyring -- new` makes a key) and restarts API and workers.',
  ),
  KEY_MISSING: entry(
    503,
    'The key of a stored secret is missing.',
    'The operator puts the key that the message names back into OTKLIK_KEYRING.',
  ),
  SECRET_UNREADABLE: entry(
    503,
    'A stored secret can not be opened.',
    'The operator restores the key of that id in OTKLIK_KEYRING; or the token is deleted and added again.',
  ),
  SERVICE_UNAVAILABLE: unavailable(
    'The service is not available right now.',
    2,
    `Repeat after Retry-After, a submission with the same idempotency key. ${ASK_OPERATOR}`,
  ),
  JOB_CANCELLED: entry(409, 'The job was cancelled.', 'Somebody asked for it. POST /v1/jobs/{id}:retry runs it again as a new job.'),
  JOB_TIMEOUT: entry(504, 'The job ran out of time.', 'Retry it from its checkpoint, with a larger timeoutMs if it did not stand still.'),
  MUST_WAIT: unavailable('The job has to wait.', 10, 'Nothing: waitingFor of the job says for what and until when.'),
  SHUTDOWN: unavailable('The process is going down.', 2, 'Nothing: another process takes the job over.'),
  TURN_OVER: unavailable('The job gave its turn back.', 2, 'Nothing: it goes on when its turn comes.'),
  FENCED: entry(409, 'Somebody else holds the job.', 'Nothing: the newer attempt counts.'),
  CONFIG: ourFault('The process does not start; its last line lists every setting that is wrong.'),
  INTERNAL: ourFault(REPORT),
};

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalog, code);

/** What the catalog says of an error; an unknown code counts as a bug of ours. */
export const describeError = (error: AppError): CatalogEntry & { readonly code: ErrorCode } => {
  const code = isErrorCode(error.code) ? error.code : 'INTERNAL';
  return { code, ...errorCatalog[code] };
};
