import {
  ExportResult,
  Job,
  JobPage,
  type JobReads,
  type JobRecord,
  JobResult,
  JobState,
  JobType,
  Label,
  Priority,
  beginsBeforeItEnds,
  isTerminal,
  laterThan,
  publicId,
  toPublicId,
} from '@otklik/contracts';
import { ConflictError } from '@otklik/shared';
import type { Response } from 'express';
import { z } from 'zod';
import { namesTag } from '../conditional.ts';
import { findJob, noSuchJob } from '../find-job.ts';
import { leaveUntimed } from '../http-metrics.ts';
import { CursorOf, IdPath, IfNoneMatch, Limit, NoQuery, QueryMoment, WaitMs, listOf } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { etagOf, toJobBody } from '../views/job-view.ts';
import type { WaitForChange } from '../wait-for-change.ts';

const ListQuery = z
  .strictObject({
    type: listOf(JobType),
    state: listOf(JobState),
    priority: listOf(Priority),
    label: Label.optional().describe('Jobs that carry this label.'),
    pipelineId: publicId('pipeline').optional().describe('Jobs that were submitted together.'),
    createdSince: QueryMoment.optional().describe('At this moment or later.'),
    createdUntil: QueryMoment.optional().describe('Before this moment.'),
    cursor: CursorOf('job'),
    limit: Limit,
  })
  .refine(
    ({ createdSince: since, createdUntil: until }) => beginsBeforeItEnds({ since, until }),
    laterThan('createdSince', 'createdUntil'),
  );

const OneJob = { path: IdPath('job'), query: NoQuery };

type Deps = {
  readonly jobs: Pick<JobReads, 'get' | 'list'>;
  readonly waitForChange: WaitForChange;
};

/** Reading jobs. */
export const jobRoutes = (deps: Deps): Route[] => [list(deps), read(deps), result(deps)];

const list = ({ jobs }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/jobs',
    scope: 'jobs:read',
    doc: {
      operationId: 'listJobs',
      tag: 'Jobs',
      summary: 'List jobs',
      description: 'Newest first; all given conditions hold together.',
      answers: { 200: { description: 'A page of jobs.', body: JobPage, headers: { Link: 'sometimes' } } },
    },
    input: { query: ListQuery },
    handle: async ({ principal, input, req, res }) => {
      const { type, state, priority, cursor, limit, ...rest } = input.query;
      const filter = { ...rest, types: type, states: state, priorities: priority, after: cursor ?? null };
      const found = await jobs.list({ workspaceId: principal.workspaceId, ...filter, limit: limit + 1 });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const nextCursor = found.length > limit && last !== undefined ? toPublicId('job', last.id) : null;
      setNextLink({ req, res }, nextCursor);
      res.json({ items: items.map((job) => toJobBody(job)), nextCursor });
    },
  });

const read = ({ waitForChange }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/jobs/:id',
    scope: 'jobs:read',
    doc: {
      operationId: 'readJob',
      tag: 'Jobs',
      summary: 'Follow a job',
      description:
        'A job that failed is a 200 that says so: its failure is never the status of reading it. Never older than the request. With `wait` the answer comes with the next change, with the end of the time, or at once when the job has ended; with `If-None-Match` a change is whatever differs from that.',
      answers: {
        200: { description: 'The job.', body: Job, headers: { ETag: 'always', 'Retry-After': 'sometimes' } },
        304: { description: 'It is as you know it.', headers: { ETag: 'always', 'Retry-After': 'sometimes' } },
      },
    },
    // Only the waiting takes its time; each look has the limit of an answer.
    isStream: true,
    input: { path: IdPath('job'), query: z.strictObject({ wait: WaitMs }), header: z.object({ 'if-none-match': IfNoneMatch }) },
    handle: async ({ principal, input, res, untilGone }) => {
      const { wait: waitMs } = input.query;
      if (waitMs > 0) leaveUntimed(res);
      const known = input.header['if-none-match'];
      const job = { workspaceId: principal.workspaceId, jobId: input.path.id };
      const answer = await waitForChange({ ...job, known, waitMs, untilGone });
      if (answer === null) throw noSuchJob();
      res.setHeader('ETag', answer.etag);
      if (answer.retryAfterS !== null) res.setHeader('Retry-After', String(answer.retryAfterS));
      if (namesTag(known, answer.etag)) return void res.status(304).end();
      res.setHeader('Content-Type', 'application/json; charset=utf-8');
      res.end(answer.body);
    },
  });

const result = ({ jobs }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/jobs/:id/result',
    scope: 'jobs:read',
    doc: {
      operationId: 'readResult',
      tag: 'Jobs',
      summary: 'Read what a job hands over',
      answers: {
        200: { description: 'The result of a collection or an analysis.', body: JobResult, headers: { ETag: 'always' } },
        303: {
          description: 'The file of an export is at `Location`.',
          body: ExportResult,
          headers: { Location: 'always', ETag: 'always' },
        },
      },
      problems: ['JOB_NOT_FINISHED', 'CONFLICT'],
    },
    input: OneJob,
    handle: async ({ principal, input, res }) => {
      const job = await findJob(jobs, { workspaceId: principal.workspaceId, id: input.path.id });
      if (job.state === 'succeeded') answerResult(res, job);
      else if (isTerminal(job.state)) throw new ConflictError(`The job ended as ${job.state}: it has no result.`);
      else throw new ConflictError(`The job is ${job.state}.`, { code: 'JOB_NOT_FINISHED' });
    },
  });

/** The result of an export is its file, so that is where the caller is sent; the facts about it come along. */
const answerResult = (res: Response, job: JobRecord): void => {
  const file = job.type === 'export' ? ExportResult.safeParse(job.result).data : undefined;
  if (file !== undefined) res.status(303).location(`/v1/exports/${file.exportId}/file`);
  res.set('ETag', etagOf(job)).json(job.result);
};
