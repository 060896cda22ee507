import { AttemptPage, EventPage, type JobLogStore, type JobReads, LogPage, logLevels } from '@otklik/contracts';
import { z } from 'zod';
import { noSuchJob } from '../find-job.ts';
import { IdPath, Limit, NumberCursor, QueryNumber, listOf } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import { type Call, type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toAttemptBody, toEventBody, toLogLineBody } from '../views/job-history-views.ts';

type Deps = {
  readonly jobs: Pick<JobReads, 'attempts' | 'events'>;
  readonly jobLog: Pick<JobLogStore, 'list'>;
};

/** What happened to a job: its attempts, its events, its log. */
export const jobHistoryRoutes = (deps: Deps): Route[] => [attempts(deps), events(deps), logs(deps)];

const OneJob = IdPath('job');
const Page = z.strictObject({ cursor: NumberCursor, limit: Limit });
const page = { headers: { Link: 'sometimes' } } as const;

const attempts = ({ jobs }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/jobs/:id/attempts',
    scope: 'jobs:read',
    doc: {
      operationId: 'listAttempts',
      tag: 'Jobs',
      summary: 'List the attempts of a job',
      description: 'Oldest first, each with its worker, its time and the reason of its end.',
      answers: { 200: { description: 'A page of attempts.', body: AttemptPage, ...page } },
    },
    input: { path: OneJob, query: Page },
    handle: async (call) => {
      const { cursor = null, limit } = call.input.query;
      const found = await jobs.attempts(call.principal.workspaceId, call.input.path.id, { after: cursor, limit: limit + 1 });
      answerPage(call, { found, limit, placeOf: ({ number }) => number, toBody: toAttemptBody });
    },
  });

const events = ({ jobs }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/jobs/:id/events',
    scope: 'jobs:read',
    doc: {
      operationId: 'listJobEvents',
      tag: 'Jobs',
      summary: 'List what happened to a job',
      description: 'Oldest first: every move of its life, written together with the move. With `after` only what is news to you.',
      answers: { 200: { description: 'A page of events.', body: EventPage, ...page } },
    },
    input: {
      path: OneJob,
      query: Page.extend({ after: QueryNumber.optional().describe('`seq` of the last event that you know.') }),
    },
    handle: async (call) => {
      const { cursor = 0, after = 0, limit } = call.input.query;
      const known = { after: Math.max(cursor, after), limit: limit + 1 };
      const found = await jobs.events(call.principal.workspaceId, call.input.path.id, known);
      answerPage(call, { found, limit, placeOf: ({ seq }) => seq, toBody: toEventBody });
    },
  });

const LogQuery = Page.extend({
  attempt: QueryNumber.optional().describe('Lines of this attempt.'),
  level: listOf(z.enum(logLevels)),
  order: z.enum(['oldest', 'newest']).default('oldest').describe('Which lines come first.'),
});

const logs = ({ jobLog }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/jobs/:id/logs',
    scope: 'jobs:read',
    doc: {
      operationId: 'listJobLogs',
      tag: 'Jobs',
      summary: 'Read the log of a job',
      description:
        'What its attempts said, a moment after they said it. At most 1,000 lines are kept for a job; one more says that there were others.',
      answers: { 200: { description: 'A page of lines.', body: LogPage, ...page } },
    },
    input: { path: OneJob, query: LogQuery },
    handle: async (call) => {
      const { cursor = null, limit, level, ...filter } = call.input.query;
      const job = { workspaceId: call.principal.workspaceId, jobId: call.input.path.id };
      const found = await jobLog.list({ ...job, ...filter, levels: level, after: cursor, limit: limit + 1 });
      answerPage(call, { found, limit, placeOf: ({ seq }) => seq, toBody: toLogLineBody });
    },
  });

type Found<Row, Body> = {
  /** One more than a page has, if there are as many; null: no such job. */
  readonly found: readonly Row[] | null;
  readonly limit: number;
  readonly placeOf: (row: Row) => number;
  readonly toBody: (row: Row) => Body;
};

const answerPage = <Row, Body>({ req, res }: Pick<Call, 'req' | 'res'>, { found, limit, placeOf, toBody }: Found<Row, Body>): void => {
  if (found === null) throw noSuchJob();
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = found.length > limit && last !== undefined ? String(placeOf(last)) : null;
  setNextLink({ req, res }, nextCursor);
  res.json({ items: rows.map(toBody), nextCursor });
};
