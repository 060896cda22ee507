import { z } from 'zod';
import { publicIdText } from '../../ids.ts';
import { JobType, jobRegistry, jobTypes } from '../../jobs/job-registry.ts';
import { JobFailure, JobOutcome, JobState, Priority, Progress, WaitingFor } from '../../jobs/job-states.ts';
import { schemaName } from '../../jobs/schema-name.ts';
import { anExampleJob } from './job-example.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

/** A job as callers see it, whatever its type. */
export const JobBody = z.object({
  id: publicIdText('job'),
  type: JobType,
  state: JobState,
  outcome: JobOutcome.nullable().describe('`partial`: it succeeded, and its result lists what it could not get.'),
  priority: Priority,
  progress: Progress.nullable(),
  attempts: z.int().describe('Attempts that count against `maxAttempts`.'),
  maxAttempts: z.int(),
  starts: z.int().describe('How often a worker began with it, for whatever reason.'),
  payload: z.unknown().describe('What was asked for, defaults filled in.'),
  result: z.unknown().optional().describe('There once the job has succeeded.'),
  error: JobFailure.optional().describe('Why the last attempt failed.'),
  waitingFor: WaitingFor.nullable().describe('What a queued or blocked job waits for.'),
  labels: z.array(z.string()),
  parents: z.array(publicIdText('job')).describe('The jobs that it waits for before it may run.'),
  pipelineId: publicIdText('pipeline').nullable().describe('Shared by all jobs that were submitted together.'),
  replayOf: publicIdText('job').nullable(),
  createdAt: moment,
  queuedAt: moment.nullable(),
  startedAt: moment.nullable(),
  finishedAt: moment.nullable(),
  runAt: moment.describe('Not before.'),
  expiresAt: moment.nullable(),
  deadlineAt: moment.nullable(),
  cancelRequestedAt: moment.nullable(),
  timeoutMs: z.int().describe('Of one attempt, waiting excluded.'),
  etaMs: z.int().nullable().describe('Until it is done, if the rest goes like what is done; null when nobody can say.'),
});
export type JobBody = z.output<typeof JobBody>;

const jobOf = (type: JobType) => {
  const { payload, result } = jobRegistry[type];
  return JobBody.extend({ type: z.literal(type), payload, result: result.optional() }).meta({ id: `${schemaName(type)}Job` });
};

/** A job with the payload and the result of its type: what the document tells. */
export const Job = z.union(jobTypes.map(jobOf)).meta({
  id: 'Job',
  unionOneOf: true,
  examples: [anExampleJob],
  override: {
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(jobTypes.map((type) => [type, `#/components/schemas/${schemaName(type)}Job`])),
    },
  },
});

export const JobPage = pageOf(Job).meta({ id: 'JobPage' });

/** The result of a job of any type. */
export const JobResult = z
  .union(jobTypes.map((type) => jobRegistry[type].result))
  .meta({ id: 'JobResult', description: 'What a job of this type hands over.' });
