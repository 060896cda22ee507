import type { CancelReach, JobMoves, JobRecord } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';
import type { JobMetrics } from './job-metrics.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'requestCancel'>;
  /** Told because the end of a job may release follow-ups that run whatever became of it. */
  readonly dispatcher: { nudge(): void };
  /** Default: nothing is counted. */
  readonly metrics?: Pick<JobMetrics, 'closed'>;
};

/**
 * Stops a job: at once while it waits; while it runs its worker is told, and sees it at its next page if it did not hear. A finished job stays as it is. Follow-ups end
 * by their policy. Throws NotFoundError.
 */
export const makeCancelJob =
  ({ jobs, dispatcher, metrics }: Deps) =>
  async (workspaceId: string, jobId: string, reach: CancelReach = 'job'): Promise<JobRecord> => {
    const outcome = await jobs.requestCancel(workspaceId, jobId, reach);
    if (outcome === null) throw new NotFoundError('No such job.');
    metrics?.closed(outcome.ended);
    dispatcher.nudge();
    return outcome.job;
  };
