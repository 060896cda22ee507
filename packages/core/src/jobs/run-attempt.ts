import type { AttemptEnd, JobMoves, QueueMessage, StartedJob } from '@otklik/contracts';
import { type Clock, DatabaseError, JobTimeout, type Logger, retry, toAppError, withLogContext } from '@otklik/shared';
import type { HoldToSignal } from './abandoned-work.ts';
import { type AttemptTiming, defaultAttemptTiming } from './attempt-timing.ts';
import { type BackoffPolicy, defaultBackoff } from './backoff-policy.ts';
import type { Disposition } from './disposition.ts';
import { type EndedAttempt, makeEndAttempt } from './end-attempt.ts';
import { logEnd } from './log-end.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { Processors } from './job-context.ts';
import { type KeepLog, keepNoLog } from './job-log.ts';
import { makePerformAttempt } from './perform-attempt.ts';
import type { RunningAttempts } from './running-attempts.ts';
import type { SilenceJudge } from './silence-judge.ts';
import { makeStart } from './start-attempt.ts';
import { type Delivered, makeTakeSeat } from './suspect-seat.ts';

type Deps = {
  readonly jobs: Pick<
    JobMoves,
    | 'start'
    | 'heartbeat'
    | 'succeed'
    | 'fail'
    | 'retry'
    | 'wait'
    | 'slowEnds'
    | 'yieldTurn'
    | 'timeOut'
    | 'finishCancel'
    | 'isSuspect'
    | 'standBack'
  >;
  readonly processors: Processors;
  /** Told after a job ended, because it may have released follow-ups or wants another turn. */
  readonly dispatcher: { nudge(): void };
  /** Whether the silence of the worker that had a job means that it is gone. */
  readonly judge: Pick<SilenceJudge, 'waitMs'>;
  readonly worker: string;
  /** Default: what attempts say is not kept with their jobs. */
  readonly keepLog?: KeepLog;
  readonly shutdown: AbortSignal;
  /** Where others find the attempts of this process. Default: nowhere. */
  readonly running?: Pick<RunningAttempts, 'add'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff?: BackoffPolicy;
  readonly timing?: AttemptTiming;
  readonly metrics?: Pick<JobMetrics, 'started' | 'ended' | 'waits' | 'poisoned' | 'closed'>;
  readonly holdToSignal: HoldToSignal;
};

type Message = QueueMessage & Pick<Delivered, 'isAgain'>;

export type RunAttempt = (message: Message, delivery: AbortSignal) => Promise<Disposition>;

/**
 * One delivery of the queue from start to recorded end: takes the lease, runs the processor under its limits, records
 * the outcome under the lease. A delivery that has nothing to do any more is dropped.
 */
export const makeRunAttempt = (deps: Deps): RunAttempt => {
  const timing = deps.timing ?? defaultAttemptTiming;
  const runStarted = makeRunStarted({ ...deps, timing });
  const keepLog = deps.keepLog ?? keepNoLog;

  const start = makeStart({ ...deps, staleAfterMs: timing.staleAfterMs });
  const takeSeat = makeTakeSeat({ ...deps, delayMs: timing.standBackMs });

  const begin = async (message: Message, delivery: AbortSignal, run: RunStarted): Promise<Disposition> => {
    const outcome = await start(message, delivery);
    if (outcome.kind !== 'started') {
      if (outcome.kind === 'poisoned') {
        deps.metrics?.poisoned(message.type);
        deps.metrics?.closed(outcome.cancelled);
      }
      deps.logger.info('delivery dropped', { reason: outcome.kind === 'dropped' ? outcome.reason : outcome.kind });
      return { kind: 'dropped' };
    }
    deps.metrics?.started(outcome.job);
    const fields = { lease: outcome.job.lease, ...(outcome.job.requestId !== null && { requestId: outcome.job.requestId }) };
    const disposition = await withLogContext(fields, () => keepLog(outcome.job, () => run(outcome.job)));
    deps.dispatcher.nudge();
    return disposition;
  };

  return async (message, delivery) => {
    const seating = await takeSeat(message);
    if (seating.kind === 'full') return { kind: 'dropped' };
    const isSuspect = seating.kind === 'seat';
    try {
      return await begin(message, delivery, (job) => runStarted(job, { delivery, isSuspect }));
    } finally {
      if (isSuspect) seating.leave();
    }
  };
};

type RunStarted = (job: StartedJob) => Promise<Disposition>;

type Around = { readonly delivery: AbortSignal; readonly isSuspect: boolean };

/** From the lease to the recorded end. */
const makeRunStarted = (deps: Deps & { readonly timing: AttemptTiming }) => {
  const endAttempt = makeEndAttempt({ jobs: deps.jobs, backoff: deps.backoff ?? defaultBackoff });
  const perform = makePerformAttempt(deps);

  /** The outcome is worth some patience: a database that restarts is back within seconds. */
  const record = <T>(write: () => Promise<T>): Promise<T> =>
    retry(write, {
      attempts: 6,
      baseMs: 500,
      maxMs: 5_000,
      clock: deps.clock,
      shouldRetry: (error) => error instanceof DatabaseError && error.retryable,
    });

  const recordEnd = async (ended: EndedAttempt, seconds: number): Promise<Disposition> => {
    const { disposition, state, cancelled, waitsFor } = await record(() => endAttempt(ended));
    const { type } = ended.job;
    const code = disposition.kind === 'failed' ? disposition.error.code : undefined;
    deps.metrics?.ended({ type, end: attemptEndOf(disposition, ended.thrown), seconds, state, code });
    deps.metrics?.closed(cancelled);
    if (waitsFor !== undefined) deps.metrics?.waits(type, waitsFor);
    logEnd(deps.logger, { disposition, error: toAppError(ended.thrown) });
    return disposition;
  };

  return async (job: StartedJob, around: Around): Promise<Disposition> => {
    const lease = { jobId: job.id, lease: job.lease };
    const startedAt = deps.clock.now();
    const performed = await perform(job.type, { job, lease, ...around });
    const seconds = (deps.clock.now() - startedAt) / 1_000;
    if ('thrown' in performed) return recordEnd({ job, lease, thrown: performed.thrown }, seconds);
    const { state, cancelled } = await record(() => deps.jobs.succeed(lease, performed.success));
    deps.metrics?.ended({ type: job.type, end: state === null ? 'lost' : 'succeeded', seconds, state });
    deps.metrics?.closed(cancelled);
    deps.logger.info('attempt succeeded', { recorded: state !== null, durationMs: Math.round(seconds * 1_000) });
    return { kind: state === null ? 'dropped' : 'succeeded' };
  };
};

/** As the attempt's own row says it. */
const attemptEndOf = (disposition: Disposition, thrown: unknown): AttemptEnd => {
  if (disposition.kind === 'dropped') return 'lost';
  if (disposition.kind === 'failed' && thrown instanceof JobTimeout) return 'timed_out';
  return disposition.kind;
};
