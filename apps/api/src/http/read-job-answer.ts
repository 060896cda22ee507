import { type JobReads, type JobVersion, isTerminal } from '@otklik/contracts';
import { type Cache, type CacheKey, cacheKinds, createGather } from '@otklik/shared';
import { z } from 'zod';
import { etagOf, pollAfterS, toJobBody, versionTagOf } from './views/job-view.ts';

const JobAnswer = z.object({ etag: z.string(), retryAfterS: z.int().nullable(), body: z.string() });

const CachedAnswer = JobAnswer.nullable();

/** The answer to `GET /v1/jobs/{id}`, as text. `retryAfterS` is null once nothing will change any more. */
export type JobAnswer = z.output<typeof JobAnswer>;

/** Polls of many callers become one question. */
const TOGETHER = { maxTogether: 500, maxUnderWay: 4 };

type Deps = { readonly jobs: Pick<JobReads, 'get' | 'versions'>; readonly cache: Cache };

export type ReadJobAnswer = (workspaceId: string, jobId: string) => Promise<JobAnswer | null>;

/**
 * A job for those who ask again and again. Never older than the moment of asking: its version is looked up, together with
 * those that others ask for, and the text of a version is kept. Null for no such job in this workspace.
 */
export const makeReadJobAnswer = ({ jobs, cache }: Deps): ReadJobAnswer => {
  const versionOf = createGather({ ask: jobs.versions, ...TOGETHER });

  const render = async (workspaceId: string, jobId: string): Promise<JobAnswer | null> => {
    const job = await jobs.get(workspaceId, jobId);
    if (job === null) return null;
    return { etag: etagOf(job), retryAfterS: isTerminal(job.state) ? null : pollAfterS(job), body: JSON.stringify(toJobBody(job)) };
  };
  return async (workspaceId, jobId) => {
    const present = await versionOf(jobId);
    if (present?.workspaceId !== workspaceId) return null;
    return cache.getOrLoad(keyOf(jobId, present), () => render(workspaceId, jobId));
  };
};

const keyOf = (jobId: string, present: JobVersion): CacheKey<JobAnswer | null> => ({
  kind: cacheKinds.jobAnswers,
  id: `${jobId}:${versionTagOf(present)}`,
  parse: (value) => CachedAnswer.parse(value),
});
