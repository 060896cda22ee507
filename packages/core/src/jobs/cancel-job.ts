import type { JobMoves, JobRecord } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';

type Deps = { readonly jobs: Pick<JobMoves, 'requestCancel'> };

/**
 * Stops a job: at once while it waits, at its next page while it runs. A finished job stays as it is. Follow-ups end
 * by their policy. Throws NotFoundError.
 */
export const makeCancelJob =
  ({ jobs }: Deps) =>
  async (workspaceId: string, jobId: string): Promise<JobRecord> => {
    const job = await jobs.requestCancel(workspaceId, jobId);
    if (job === null) throw new NotFoundError('No such job.');
    return job;
  };
