import { type CancelReach, Job, type JobReads, type JobRecord } from '@otklik/contracts';
import type { RetryJob } from '@otklik/core';
import { z } from 'zod';
import { acceptedJob, answerAccepted } from '../accepted-job.ts';
import { refuseStale } from '../conditional.ts';
import { findJob } from '../find-job.ts';
import { IdPath, IdempotencyKey, IfMatch, NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { etagOf, toJobBody } from '../views/job-view.ts';

const OneJob = { path: IdPath('job'), query: NoQuery };

const RetryBody = z
  .strictObject({
    from: z
      .enum(['checkpoint', 'start', 'failed'])
      .default('checkpoint')
      .describe(
        '`checkpoint` goes on where the job stopped; `start` begins again; `failed` collects the walls and posts that a parse job names as failed in its result, and only them.',
      ),
  })
  .meta({ examples: [{ from: 'start' }] });

const CancelBody = z
  .strictObject({
    pipeline: z
      .boolean()
      .default(false)
      .describe('Cancel every job that came with this one and has not ended, whatever `ifParentFails` says of them.'),
  })
  .meta({ examples: [{ pipeline: true }] });

type Deps = {
  readonly jobs: Pick<JobReads, 'get'>;
  readonly cancelJob: (workspaceId: string, jobId: string, reach: CancelReach) => Promise<JobRecord>;
  readonly retryJob: RetryJob;
};

/** Cancelling and replaying jobs. */
export const jobMoveRoutes = (deps: Deps): Route[] => [cancel(deps), retry(deps)];

const cancel = ({ jobs, cancelJob }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: '/v1/jobs/:id\\:cancel',
    scope: 'jobs:write',
    doc: {
      operationId: 'cancelJob',
      tag: 'Jobs',
      summary: 'Cancel a job',
      description:
        'A job that waits ends at once; one that runs is told to stop, in whatever process, and is `cancelling` until it has. Its follow-ups end with it, except those that were ordered with `ifParentFails: run`: they run then. Cancelling a finished job changes nothing; with `pipeline`, what came with it and has not ended is cancelled all the same.',
      answers: { 200: { description: 'The job as it is now.', body: Job, headers: { ETag: 'always' } } },
    },
    input: { ...OneJob, header: z.object({ 'if-match': IfMatch }), body: CancelBody },
    handle: async ({ principal, input, res }) => {
      const before = await findJob(jobs, { workspaceId: principal.workspaceId, id: input.path.id });
      refuseStale(input.header['if-match'], before);
      const job = await cancelJob(principal.workspaceId, before.id, input.body.pipeline ? 'pipeline' : 'job');
      res.set('ETag', etagOf(job)).json(toJobBody(job));
    },
  });

const retry = ({ jobs, retryJob }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: '/v1/jobs/:id\\:retry',
    scope: 'jobs:write',
    doc: {
      operationId: 'retryJob',
      tag: 'Jobs',
      summary: 'Replay a finished job',
      description:
        'Makes a new job with `replayOf`; the old one stays as it ended. Follow-ups that ended without success come again behind it.',
      answers: { 202: acceptedJob },
      problems: ['JOB_NOT_FINISHED', 'CONFLICT'],
    },
    input: {
      ...OneJob,
      header: z.object({ 'if-match': IfMatch, 'idempotency-key': IdempotencyKey }),
      body: RetryBody,
    },
    handle: async ({ principal, requestId, remainingMs, input, res }) => {
      const { workspaceId } = principal;
      const before = await findJob(jobs, { workspaceId, id: input.path.id });
      refuseStale(input.header['if-match'], before);
      const idempotencyKey = input.header['idempotency-key'] ?? null;
      const request = { workspaceId, jobId: before.id, from: input.body.from, idempotencyKey, requestId, remainingMs };
      answerAccepted(res, await retryJob(request));
    },
  });
