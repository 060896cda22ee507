import {
  ExportResult,
  type JobReads,
  type JobRecord,
  JobState,
  JobType,
  Label,
  Priority,
  isTerminal,
  publicId,
  toPublicId,
} from '@otklik/contracts';
import type { RetryJob } from '@otklik/core';
import { ConflictError, NotFoundError, PreconditionFailedError } from '@otklik/shared';
import { z } from 'zod';
import { checkInput } from '../check-input.ts';
import { idempotencyKeyOf } from '../idempotency-key.ts';
import { Cursor, IdPath, Limit, QueryMoment, listOf } from '../inputs.ts';
import type { Call, Route } from '../route.ts';
import { setNextLink } from '../next-link.ts';
import type { ReadJobAnswer } from '../read-job-answer.ts';
import { etagOf, toAttemptBody, toJobBody } from '../views/job-view.ts';

const ListQuery = z.strictObject({
  type: listOf(JobType).optional(),
  state: listOf(JobState).optional(),
  priority: listOf(Priority).optional(),
  label: Label.optional(),
  pipelineId: publicId('pipeline').optional(),
  createdSince: QueryMoment.optional(),
  createdUntil: QueryMoment.optional(),
  cursor: Cursor.pipe(publicId('job')).optional(),
  limit: Limit,
});

const JobPath = IdPath('job');
const NoQuery = z.strictObject({});
const NoBody = z.strictObject({}).optional();
const RetryBody = z.strictObject({ from: z.enum(['checkpoint', 'start']).default('checkpoint') }).prefault({});

type Deps = {
  readonly jobs: Pick<JobReads, 'get' | 'list' | 'attempts'>;
  readonly readJobAnswer: ReadJobAnswer;
  readonly cancelJob: (workspaceId: string, jobId: string) => Promise<JobRecord>;
  readonly retryJob: RetryJob;
};

/** Reading, cancelling and replaying jobs. */
export const jobRoutes = (deps: Deps): Route[] => [
  { method: 'get', path: '/v1/jobs', scope: 'jobs:read', handle: list(deps) },
  { method: 'get', path: '/v1/jobs/:id', scope: 'jobs:read', handle: read(deps) },
  { method: 'get', path: '/v1/jobs/:id/attempts', scope: 'jobs:read', handle: attempts(deps) },
  { method: 'get', path: '/v1/jobs/:id/result', scope: 'jobs:read', handle: result(deps) },
  { method: 'post', path: '/v1/jobs/:id\\:cancel', scope: 'jobs:write', handle: cancel(deps) },
  { method: 'post', path: '/v1/jobs/:id\\:retry', scope: 'jobs:write', handle: retry(deps) },
];

const list =
  ({ jobs }: Deps) =>
  async ({ principal, req, res }: Call): Promise<void> => {
    const { type, state, priority, cursor, limit, ...rest } = checkInput(ListQuery, req.query, 'query');
    const filter = { ...rest, types: type, states: state, priorities: priority, after: cursor ?? null };
    const found = await jobs.list({ workspaceId: principal.workspaceId, ...filter, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const nextCursor = found.length > limit && last !== undefined ? toPublicId('job', last.id) : null;
    setNextLink({ req, res }, nextCursor);
    res.json({ items: items.map((job) => toJobBody(job)), nextCursor });
  };

const read =
  ({ readJobAnswer }: Deps) =>
  async ({ principal, req, res }: Call): Promise<void> => {
    checkInput(NoQuery, req.query, 'query');
    const answer = await readJobAnswer(principal.workspaceId, checkInput(JobPath, req.params, 'path').id);
    if (answer === null) throw noSuchJob();
    res.setHeader('ETag', answer.etag);
    if (answer.retryAfterS !== null) res.setHeader('Retry-After', String(answer.retryAfterS));
    if (matches(req.get('If-None-Match'), answer.etag)) return void res.status(304).end();
    res.setHeader('Content-Type', 'application/json; charset=utf-8');
    res.end(answer.body);
  };

const attempts =
  ({ jobs }: Deps) =>
  async ({ principal, req, res }: Call): Promise<void> => {
    checkInput(NoQuery, req.query, 'query');
    const { id } = checkInput(JobPath, req.params, 'path');
    const found = await jobs.attempts(principal.workspaceId, id);
    if (found === null) throw noSuchJob();
    res.json({ items: found.map(toAttemptBody), nextCursor: null });
  };

const result =
  (deps: Deps) =>
  async (call: Call): Promise<void> => {
    const job = await find(deps, call);
    if (job.state === 'succeeded') answerResult(call, job);
    else if (isTerminal(job.state)) throw new ConflictError(`The job ended as ${job.state}: it has no result.`);
    else throw new ConflictError(`The job is ${job.state}.`, { code: 'JOB_NOT_FINISHED' });
  };

/** The result of an export is its file, so that is where the caller is sent; the facts about it come along. */
const answerResult = ({ res }: Call, job: JobRecord): void => {
  const file = job.type === 'export' ? ExportResult.safeParse(job.result).data : undefined;
  if (file !== undefined) res.status(303).location(`/v1/exports/${file.exportId}/file`);
  res.set('ETag', etagOf(job)).json(job.result);
};

const cancel =
  (deps: Deps) =>
  async (call: Call): Promise<void> => {
    checkInput(NoBody, call.req.body, 'body');
    const before = await find(deps, call);
    refuseStale(call, before);
    const job = await deps.cancelJob(call.principal.workspaceId, before.id);
    call.res.set('ETag', etagOf(job)).json(toJobBody(job));
  };

const retry =
  (deps: Deps) =>
  async (call: Call): Promise<void> => {
    const { from } = checkInput(RetryBody, call.req.body, 'body');
    const idempotencyKey = idempotencyKeyOf(call.req);
    const before = await find(deps, call);
    refuseStale(call, before);
    const { workspaceId } = call.principal;
    const { job, replayed } = await deps.retryJob({ workspaceId, jobId: before.id, from, idempotencyKey, requestId: call.requestId });
    if (replayed) call.res.set('Idempotency-Replayed', 'true');
    call.res
      .status(202)
      .set({ Location: `/v1/jobs/${toPublicId('job', job.id)}`, 'Retry-After': '1', ETag: etagOf(job) })
      .json(toJobBody(job));
  };

const find = async ({ jobs }: Pick<Deps, 'jobs'>, { principal, req }: Call): Promise<JobRecord> => {
  checkInput(NoQuery, req.query, 'query');
  const { id } = checkInput(JobPath, req.params, 'path');
  const job = await jobs.get(principal.workspaceId, id);
  if (job === null) throw noSuchJob();
  return job;
};

const noSuchJob = (): NotFoundError => new NotFoundError('There is no such job in this workspace.');

/** Strong comparison; `*` stands for any version. */
const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);

const refuseStale = ({ req }: Call, job: JobRecord): void => {
  const wanted = req.get('If-Match');
  if (wanted !== undefined && !matches(wanted, etagOf(job)))
    throw new PreconditionFailedError('The job has changed since you read it: read it again.');
};
