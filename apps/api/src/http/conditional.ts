import type { JobRecord } from '@otklik/contracts';
import { PreconditionFailedError } from '@otklik/shared';
import { etagOf } from './views/job-view.ts';

/** Whether a list of tags names this one: strong comparison; `*` stands for any version. */
export const namesTag = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);

/** Throws PreconditionFailedError when `If-Match` names another version of the job. */
export const refuseStale = (ifMatch: string | undefined, job: JobRecord): void => {
  if (ifMatch !== undefined && !namesTag(ifMatch, etagOf(job)))
    throw new PreconditionFailedError('The job has changed since you read it: read it again.');
};
