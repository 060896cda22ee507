import type { JobMoves, StartedJob, QueueMessage } from '@otklik/contracts';
import { type Clock, type Logger, withLogContext } from '@otklik/shared';
import type { HoldToSignal } from './abandoned-work.ts';
import { type AskPatiently, type Until, makeAskPatiently } from './ask-patiently.ts';
import { type AttemptTiming, defaultAttemptTiming } from './attempt-timing.ts';
import type { BackoffPolicy } from './backoff-policy.ts';
import { type DatabaseOutage, createDatabaseOutage } from './database-outage.ts';
import type { Disposition } from './disposition.ts';
import type { JobMetrics } from './job-metrics.ts';
import type { Processors } from './job-context.ts';
import { type KeepLog, keepNoLog } from './job-log.ts';
import { makePerformAttempt } from './perform-attempt.ts';
import { makeRecordAttempt } from './record-attempt.ts';
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
    | 'hasSucceeded'
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
  readonly metrics?: Pick<JobMetrics, 'started' | 'ended' | 'waits' | 'held' | 'poisoned' | 'closed'>;
  readonly holdToSignal: HoldToSignal;
};

type Message = QueueMessage & Pick<Delivered, 'isAgain'>;

/** `onWorked` is told when the processor has succeeded and only the record of that is left. */
export type RunAttempt = (message: Message, delivery: AbortSignal, onWorked?: () => void) => Promise<Disposition>;

/**
 * One delivery of the queue from start to recorded end: takes the lease, runs the processor under its limits, records
 * the outcome under the lease. A delivery that has nothing to do any more is dropped. While the database is away the delivery
 * is held, before its start as well as after its end: others would meet the same.
 */
export const makeRunAttempt = (deps: Deps): RunAttempt => {
  const timing = deps.timing ?? defaultAttemptTiming;
  const outage = createDatabaseOutage(deps);
  const isSteady = (): boolean => deps.judge.waitMs() === 0;
  const askPatiently = makeAskPatiently({ ...deps, outage, isSteady, askAgainMs: timing.askAgainMs });
  const runStarted = makeRunStarted({ ...deps, timing, outage, askPatiently });
  const keepLog = deps.keepLog ?? keepNoLog;

  const start = makeStart({ ...deps, staleAfterMs: timing.staleAfterMs });
  const takeSeat = makeTakeSeat({ ...deps, delayMs: timing.standBackMs });

  /** A job that has not begun waits in its row, whatever becomes of this delivery. */
  const untilUnwanted = (delivery: AbortSignal): Until => ({
    isOver: () => delivery.aborted || deps.shutdown.aborted,
    wake: () => AbortSignal.any([delivery, deps.shutdown]),
  });
  const notBegun = (reason: string): Disposition => {
    deps.logger.info('delivery dropped', { reason });
    return { kind: 'dropped' };
  };

  const begin = async (message: Message, delivery: AbortSignal, run: RunStarted): Promise<Disposition> => {
    const outcome = await askPatiently((isRepeat) => start({ ...message, isRepeat }, delivery), untilUnwanted(delivery));
    if (outcome === undefined) return notBegun('over');
    if (outcome.kind !== 'started') {
      if (outcome.kind === 'poisoned') {
        deps.metrics?.poisoned(message.type);
        deps.metrics?.closed(outcome.cancelled);
      }
      return notBegun(outcome.kind === 'dropped' ? outcome.reason : outcome.kind);
    }
    deps.metrics?.started(outcome.job);
    const fields = { lease: outcome.job.lease, ...(outcome.job.requestId !== null && { requestId: outcome.job.requestId }) };
    const disposition = await withLogContext(fields, () => keepLog(outcome.job, () => run(outcome.job)));
    deps.dispatcher.nudge();
    return disposition;
  };

  return async (message, delivery, onWorked = () => undefined) => {
    const seating = await askPatiently(() => takeSeat(message), untilUnwanted(delivery));
    if (seating === undefined) return notBegun('over');
    if (seating.kind === 'full') return { kind: 'dropped' };
    const isSuspect = seating.kind === 'seat';
    try {
      return await begin(message, delivery, (job) => runStarted(job, { delivery, isSuspect, onWorked }));
    } finally {
      if (isSuspect) seating.leave();
    }
  };
};

type RunStarted = (job: StartedJob) => Promise<Disposition>;

type Around = { readonly delivery: AbortSignal; readonly isSuspect: boolean; readonly onWorked: () => void };

type StartedDeps = Deps & {
  readonly timing: AttemptTiming;
  readonly outage: DatabaseOutage;
  readonly askPatiently: AskPatiently;
};

/** From the lease to the recorded end. */
const makeRunStarted = (deps: StartedDeps) => {
  const perform = makePerformAttempt(deps);
  const { recordEnd, recordSuccess } = makeRecordAttempt(deps);
  return async (job: StartedJob, { delivery, onWorked, ...around }: Around): Promise<Disposition> => {
    const lease = { jobId: job.id, lease: job.lease };
    const startedAt = deps.clock.now();
    const { ended, letGo } = await perform(job.type, { job, lease, delivery, ...around });
    const attempt = { job, lease, delivery, seconds: (deps.clock.now() - startedAt) / 1_000 };
    try {
      if ('thrown' in ended) return await recordEnd(attempt, ended.thrown);
      onWorked();
      return await recordSuccess(attempt, ended.success);
    } finally {
      await letGo();
    }
  };
};
