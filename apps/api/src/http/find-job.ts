import type { JobReads, JobRecord } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';

type Where = { readonly workspaceId: string; readonly id: string };

/** The job of this workspace. Throws NotFoundError. */
export const findJob = async (jobs: Pick<JobReads, 'get'>, { workspaceId, id }: Where): Promise<JobRecord> => {
  const job = await jobs.get(workspaceId, id);
  if (job === null) throw noSuchJob();
  return job;
};

export const noSuchJob = (): NotFoundError => new NotFoundError('There is no such job in this workspace.');
