import type { JobMoves, StartOutcome } from '@otklik/contracts';
import type { Clock } from '@otklik/shared';
import type { SilenceJudge } from './silence-judge.ts';
import type { Delivered } from './suspect-seat.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'start'>;
  readonly judge: Pick<SilenceJudge, 'waitMs'>;
  readonly worker: string;
  readonly staleAfterMs: number;
  readonly shutdown: AbortSignal;
  readonly clock: Clock;
};

/**
 * Begins what was delivered. The queue may miss a worker some seconds before its last heartbeat is old, or after an outage
 * before it was heard again: a delivery that comes again waits for that, since nobody brings it a third time. A worker that is
 * heard meanwhile keeps its job.
 */
export const makeStart =
  ({ jobs, judge, worker, staleAfterMs, shutdown, clock }: Deps) =>
  async ({ jobId, generation, isAgain = false, isRepeat = false }: Started, delivery: AbortSignal): Promise<StartOutcome> => {
    const sleep = async (ms: number): Promise<boolean> => {
      const isOver = AbortSignal.any([delivery, shutdown]);
      await clock.sleep(ms, isOver).catch(() => undefined);
      return !isOver.aborted;
    };
    const start = (): Promise<StartOutcome> => jobs.start({ jobId, generation, worker, staleAfterMs, isRepeat });
    const unsureMs = isAgain ? judge.waitMs() : 0;
    if (unsureMs > 0 && !(await sleep(unsureMs))) return { kind: 'held', staleInMs: staleAfterMs };
    const outcome = await start();
    if (outcome.kind !== 'held' || !isAgain) return outcome;
    return (await sleep(outcome.staleInMs)) ? start() : outcome;
  };

type Started = Delivered & {
  /** This delivery asked before and did not hear the answer. */
  readonly isRepeat?: boolean;
};
