import { type JobType, jobTypes, submitBody, toPublicId } from '@otklik/contracts';
import type { SubmitJob } from '@otklik/core';
import { checkInput } from '../check-input.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import type { Call, Route } from '../route.ts';
import { etagOf, toJobBody } from '../views/job-view.ts';

type Deps = { readonly submitJob: SubmitJob };

/** `POST /v1/jobs/<type>` for every type of the registry. */
export const submitRoutes = (deps: Deps): Route[] =>
  jobTypes.map((type) => ({ method: 'post', path: `/v1/jobs/${type}`, scope: 'jobs:write', handle: submit(type, deps) }));

const submit = (type: JobType, { submitJob }: Deps): Route['handle'] => {
  const Body = submitBody(type);
  return async ({ principal, requestId, req, res }: Call): Promise<void> => {
    const idempotencyKey = idempotencyKeyOf(req);
    const order = checkInput(Body, req.body ?? {}, 'body');
    const { job, replayed } = await submitJob({ workspaceId: principal.workspaceId, order, idempotencyKey, requestId });
    if (replayed) res.set('Idempotency-Replayed', 'true');
    res
      .status(202)
      .set({ Location: `/v1/jobs/${toPublicId('job', job.id)}`, 'Retry-After': '1', ETag: etagOf(job) })
      .json(toJobBody(job));
  };
};
