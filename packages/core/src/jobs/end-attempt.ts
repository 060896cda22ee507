import type { EndOutcome, JobFailure, JobMoves, LeaseRef, StartedJob, WaitInput, WaitingFor } from '@otklik/contracts';
import {
  type AppError,
  DatabaseError,
  Fenced,
  JobCancelled,
  JobTimeout,
  MustWait,
  Shutdown,
  TurnOver,
  toAppError,
  toJobFailure,
} from '@otklik/shared';
import { type BackoffPolicy, backoffMs } from './backoff-policy.ts';
import { cutText } from './cut-fields.ts';
import type { Disposition } from './disposition.ts';
import { fingerprintFailure } from './failure-fingerprint.ts';

/** One sentence for a person. */
const MAX_DETAIL = 300;

/** How long a job steps back when PostgreSQL went away under it. */
const DATABASE_PAUSE_MS = 2_000;

/** The pause doubles up to this while answers come too late: some minutes of a slow database, in all, cost a job nothing. */
const MAX_DATABASE_PAUSE_MS = 60_000;

/** So many attempts may end by late answers before the job comes on; then it is the job that asks for too much. */
const TOLERATED_SLOW_ENDS = 8;

export type EndMoves = Pick<JobMoves, 'fail' | 'retry' | 'wait' | 'slowEnds' | 'yieldTurn' | 'timeOut' | 'finishCancel'>;

type Deps = {
  readonly jobs: EndMoves;
  readonly backoff: BackoffPolicy;
};

type EndedAttempt = { readonly job: StartedJob; readonly lease: LeaseRef; readonly thrown: unknown };

type Recorded = {
  readonly disposition: Disposition;
  /** Follow-ups that were cancelled with it. */
  readonly cancelled: EndOutcome['cancelled'];
  /** The state that the row has now; null when somebody else has it. */
  readonly state: EndOutcome['state'];
  /** What the job waits for, where it stepped back to wait. */
  readonly waitsFor?: WaitingFor['kind'];
};

/**
 * Chooses and makes the move that ends an attempt which did not succeed (6 to 10 and 12 of the lifecycle). The
 * database may still decide otherwise: a used-up budget, a cancel that came first, a lost lease.
 */
export const makeEndAttempt =
  ({ jobs, backoff }: Deps) =>
  async ({ job, lease, thrown }: EndedAttempt): Promise<Recorded> => {
    const error = toAppError(thrown);
    if (error instanceof JobCancelled) return recorded(await jobs.finishCancel(lease), { kind: 'cancelled' });
    // Fenced by the queue is not yet fenced by the database: whoever still has the lease gives the job to the next one.
    if (error instanceof Shutdown || error instanceof TurnOver || error instanceof Fenced)
      return recorded(await jobs.yieldTurn(lease), { kind: 'yielded' });
    const failure = { ...toJobFailure(error), fingerprint: fingerprintFailure(error) };
    const wait = waitFor(error) ?? (isTooLate(error) ? waitForAnswers(failure, await jobs.slowEnds(lease)) : null);
    if (wait !== null) return { ...recorded(await jobs.wait(lease, wait), { kind: 'waited' }), waitsFor: wait.kind };
    const failed: Disposition = { kind: 'failed', error: failure };
    const delayMs = backoffMs(error, job.attemptsSpent + 1, backoff);
    if (error instanceof JobTimeout) return recorded(await jobs.timeOut(lease, { error: failure, delayMs }), failed);
    if (error.retryable) return recorded(await jobs.retry(lease, { error: failure, delayMs }), failed);
    return recorded(await jobs.fail(lease, failure), failed);
  };

/** Reasons that cost the job nothing: what it needs isn't there just now. */
const waitFor = (error: AppError): WaitInput | null => {
  if (error instanceof MustWait) return { kind: error.kind, waitMs: error.waitMs, detail: cutText(error.message, MAX_DETAIL) };
  if (!(error instanceof DatabaseError) || error.code !== 'DB_UNAVAILABLE') return null;
  return { kind: 'capacity', waitMs: DATABASE_PAUSE_MS, detail: 'The database could not be reached.' };
};

/** Too late an answer is mostly a database in trouble; when it comes again and again, the job asks for too much. */
const isTooLate = (error: AppError): boolean => error instanceof DatabaseError && error.retryable;

const waitForAnswers = (tooLate: JobFailure, slowEnds: number): WaitInput | null => {
  if (slowEnds >= TOLERATED_SLOW_ENDS) return null;
  const waitMs = Math.min(MAX_DATABASE_PAUSE_MS, DATABASE_PAUSE_MS * 2 ** slowEnds);
  return { kind: 'capacity', waitMs, detail: 'The database did not answer in time.', tooLate };
};

/** The row's own word wins: a cancel seen by the database makes a failure a cancel; an old lease makes it nothing. */
const recorded = ({ state, cancelled }: EndOutcome, disposition: Disposition): Recorded => {
  if (state === null) return { disposition: { kind: 'dropped' }, cancelled, state };
  if (state === 'cancelled') return { disposition: { kind: 'cancelled' }, cancelled, state };
  return { disposition, cancelled, state };
};
