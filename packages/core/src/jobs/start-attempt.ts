import type { JobMoves, StartOutcome } from '@otklik/contracts';
import type { Clock } from '@otklik/shared';
import type { Delivered } from './suspect-seat.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'start'>;
  readonly worker: string;
  readonly staleAfterMs: number;
  readonly shutdown: AbortSignal;
  readonly clock: Clock;
};

/**
 * Begins what was delivered. The queue may miss a worker some seconds before its last heartbeat is old: a delivery that comes
 * again waits for that, since nobody brings it a third time. A worker that is heard meanwhile keeps its job.
 */
export const makeStart =
  ({ jobs, worker, staleAfterMs, shutdown, clock }: Deps) =>
  async ({ jobId, generation, isAgain = false }: Delivered, delivery: AbortSignal): Promise<StartOutcome> => {
    const start = (): Promise<StartOutcome> => jobs.start({ jobId, generation, worker, staleAfterMs });
    const outcome = await start();
    if (outcome.kind !== 'held' || !isAgain) return outcome;
    const isOver = AbortSignal.any([delivery, shutdown]);
    await clock.sleep(outcome.staleInMs, isOver).catch(() => undefined);
    return isOver.aborted ? outcome : start();
  };
