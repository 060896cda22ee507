import { type JobMoves, type JobType, type LeaseRef, type StartedJob, jobSpecs } from '@otklik/contracts';
import type { Clock } from '@otklik/shared';
import type { HoldToSignal } from './abandoned-work.ts';
import { checkSuccess } from './check-success.ts';
import { createAttemptSignals } from './attempt-signals.ts';
import type { AttemptTiming } from './attempt-timing.ts';
import type { DatabaseOutage } from './database-outage.ts';
import type { JobContext, JobSuccess, Processors } from './job-context.ts';
import { makeStartLeaseKeeper } from './lease-keeper.ts';
import type { RunningAttempts } from './running-attempts.ts';

type Ended<T extends JobType> = { readonly success: JobSuccess<T> } | { readonly thrown: unknown };

type Performed<T extends JobType> = {
  readonly ended: Ended<T>;
  /** Keeps the lease no more: to be called once the end is recorded, or nobody will. */
  readonly letGo: () => Promise<void>;
};
type Work = { readonly job: StartedJob; readonly lease: LeaseRef; readonly delivery: AbortSignal; readonly isSuspect: boolean };

type Deps = {
  readonly jobs: Pick<JobMoves, 'heartbeat'>;
  readonly processors: Processors;
  readonly holdToSignal: HoldToSignal;
  readonly shutdown: AbortSignal;
  readonly running?: Pick<RunningAttempts, 'add'>;
  readonly outage: DatabaseOutage;
  readonly clock: Clock;
  readonly timing: AttemptTiming;
};

/** Runs the processor with everything that keeps the attempt alive and in bounds. Never throws. */
export const makePerformAttempt = (deps: Deps) => {
  const startLeaseKeeper = makeStartLeaseKeeper({ ...deps, ...deps.timing });
  return async <T extends JobType>(type: T, { job, lease, delivery, isSuspect }: Work): Promise<Performed<T>> => {
    const signals = createAttemptSignals({
      timeoutMs: job.timeoutMs,
      sliceMs: Math.min(isSuspect ? deps.timing.suspectSliceMs : deps.timing.sliceMs, job.timeoutMs / 2),
      shutdown: deps.shutdown,
      delivery,
      clock: deps.clock,
    });
    const keeper = startLeaseKeeper(lease, signals.note);
    const leave = deps.running?.add({ job, ...signals });
    const perform = async (): Promise<Ended<T>> => {
      try {
        const context: JobContext<T> = {
          job,
          lease,
          payload: jobSpecs[type].payload.parse(job.payload),
          signal: signals.signal,
          checkpointReached: signals.checkpointReached,
          heed: signals.heed,
          progress: keeper.report,
        };
        return { success: checkSuccess(type, await deps.holdToSignal(type, deps.processors[type](context), signals.signal)) };
      } catch (thrown) {
        // Whatever broke after the signal broke because of it: the signal's reason is the true one.
        return { thrown: signals.signal.aborted ? signals.signal.reason : thrown };
      } finally {
        leave?.();
        signals.dispose();
      }
    };
    return { ended: await perform(), letGo: keeper.stop };
  };
};
