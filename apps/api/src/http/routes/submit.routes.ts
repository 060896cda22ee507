import { type JobType, jobRegistry, jobTypes, schemaName, submitBody, submitDocument } from '@otklik/contracts';
import type { SubmitJob } from '@otklik/core';
import { z } from 'zod';
import { acceptedJob, answerAccepted } from '../accepted-job.ts';
import { IdempotencyKey, NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';

type Deps = { readonly submitJob: SubmitJob };

/** `POST /v1/jobs/<type>` for every type of the registry. */
export const submitRoutes = (deps: Deps): Route[] => jobTypes.map((type) => submit(type, deps));

/** Beside the body, of a job that collects. */
const CheckQuery = z.strictObject({
  check: z
    .enum(['true', 'false'])
    .default('true')
    .describe('`false`: VK is not asked whether it shows the wall, or the wall of the post; the job will find out.'),
});

const submit = (type: JobType, { submitJob }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: `/v1/jobs/${type}`,
    scope: 'jobs:write',
    doc: {
      operationId: `submit${schemaName(type)}`,
      tag: 'Jobs',
      summary: jobRegistry[type].does,
      description: 'Answered with 202 the job is recorded and will run, whatever crashes. Follow it at `Location`.',
      body: submitDocument(type),
      answers: { 202: acceptedJob },
      ...(type === 'parse' && { problems: ['TARGET_NOT_READABLE'] as const }),
    },
    input: {
      query: type === 'parse' ? CheckQuery : NoQuery,
      header: z.object({ 'idempotency-key': IdempotencyKey }),
      body: submitBody(type),
    },
    handle: async ({ principal, requestId, remainingMs, input, res }) => {
      const { workspaceId } = principal;
      const idempotencyKey = input.header['idempotency-key'] ?? null;
      const shouldAskVk = input.query['check'] !== 'false';
      const request = { workspaceId, order: input.body, idempotencyKey, requestId, shouldAskVk, remainingMs };
      answerAccepted(res, await submitJob(request));
    },
  });
