import type { AttemptEnd, EndOutcome, JobMoves, JobType, LeaseRef, StartedJob } from '@otklik/contracts';
import { JobTimeout, type Logger, toAppError } from '@otklik/shared';
import type { AskPatiently } from './ask-patiently.ts';
import { type BackoffPolicy, defaultBackoff } from './backoff-policy.ts';
import type { Disposition } from './disposition.ts';
import { type EndMoves, makeEndAttempt } from './end-attempt.ts';
import type { JobMetrics } from './job-metrics.ts';
import { logEnd } from './log-end.ts';

type Deps = {
  readonly jobs: EndMoves & Pick<JobMoves, 'succeed' | 'hasSucceeded'>;
  readonly askPatiently: AskPatiently;
  readonly shutdown: AbortSignal;
  readonly logger: Logger;
  readonly backoff?: BackoffPolicy;
  readonly metrics?: Pick<JobMetrics, 'ended' | 'waits' | 'closed'>;
};

/** An attempt whose work is over, one way or the other. */
type Worked = {
  readonly job: StartedJob;
  readonly lease: LeaseRef;
  readonly delivery: AbortSignal;
  /** What the attempt took. */
  readonly seconds: number;
};

/** Records how attempts ended, under their lease. A database that is away is waited for. */
export const makeRecordAttempt = ({ jobs, askPatiently, shutdown, logger, metrics, backoff = defaultBackoff }: Deps) => {
  const endAttempt = makeEndAttempt({ jobs, backoff });

  /**
   * What was done is worth all patience, up to the end of the process. That the queue lost the delivery, or is opened anew, does
   * not end it: the lease is the database's to take.
   */
  const record = <T>(write: (isRepeat: boolean) => Promise<T>, delivery: AbortSignal): Promise<T | undefined> =>
    askPatiently(write, {
      isOver: () => delivery.aborted && shutdown.aborted,
      wake: () => (delivery.aborted ? shutdown : delivery),
    });
  const succeed = async (lease: LeaseRef, success: Success, isRepeat: boolean): Promise<EndOutcome> => {
    const outcome = await jobs.succeed(lease, success);
    // What was committed unheard leaves nothing to do the second time.
    if (outcome.state !== null || !isRepeat || !(await jobs.hasSucceeded(lease))) return outcome;
    return { state: 'succeeded', cancelled: [] };
  };
  const unrecorded = (type: JobType, seconds: number): Disposition => {
    metrics?.ended({ type, end: 'lost', seconds, state: null });
    logger.warn('the end of the attempt could not be recorded while the process lived: the job will run again');
    return { kind: 'dropped' };
  };

  return {
    recordEnd: async ({ job, lease, delivery, seconds }: Worked, thrown: unknown): Promise<Disposition> => {
      const { type } = job;
      const recorded = await record(() => endAttempt({ job, lease, thrown }), delivery);
      if (recorded === undefined) return unrecorded(type, seconds);
      const { disposition, state, cancelled, waitsFor } = recorded;
      const code = disposition.kind === 'failed' ? disposition.error.code : undefined;
      metrics?.ended({ type, end: attemptEndOf(disposition, thrown), seconds, state, code });
      metrics?.closed(cancelled);
      if (waitsFor !== undefined) metrics?.waits(type, waitsFor);
      logEnd(logger, { disposition, error: toAppError(thrown) });
      return disposition;
    },
    recordSuccess: async ({ job: { type }, lease, delivery, seconds }: Worked, success: Success): Promise<Disposition> => {
      const recorded = await record((isRepeat) => succeed(lease, success, isRepeat), delivery);
      if (recorded === undefined) return unrecorded(type, seconds);
      const { state, cancelled } = recorded;
      metrics?.ended({ type, end: state === null ? 'lost' : 'succeeded', seconds, state });
      metrics?.closed(cancelled);
      logger.info('attempt succeeded', { recorded: state !== null, durationMs: Math.round(seconds * 1_000) });
      return { kind: state === null ? 'dropped' : 'succeeded' };
    },
  };
};

type Success = Parameters<JobMoves['succeed']>[1];

/** As the attempt's own row says it. */
const attemptEndOf = (disposition: Disposition, thrown: unknown): AttemptEnd => {
  if (disposition.kind === 'dropped') return 'lost';
  if (disposition.kind === 'failed' && thrown instanceof JobTimeout) return 'timed_out';
  return disposition.kind;
};
