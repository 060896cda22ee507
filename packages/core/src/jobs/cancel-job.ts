import type { JobMoves, JobRecord } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';
import type { JobMetrics } from './job-metrics.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'requestCancel'>;
  /** Default: nothing is counted. */
  readonly metrics?: Pick<JobMetrics, 'closed'>;
};

/**
 * Stops a job: at once while it waits, at its next page while it runs. A finished job stays as it is. Follow-ups end
 * by their policy. Throws NotFoundError.
 */
export const makeCancelJob =
  ({ jobs, metrics }: Deps) =>
  async (workspaceId: string, jobId: string): Promise<JobRecord> => {
    const outcome = await jobs.requestCancel(workspaceId, jobId);
    if (outcome === null) throw new NotFoundError('No such job.');
    metrics?.closed(outcome.ended);
    return outcome.job;
  };
