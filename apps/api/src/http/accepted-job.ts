import { type AnswerDoc, Job, toPublicId } from '@otklik/contracts';
import type { Submitted } from '@otklik/core';
import type { Response } from 'express';
import { etagOf, toJobBody } from './views/job-view.ts';

/** The answer to whatever makes a job: what the document says of it. */
export const acceptedJob = {
  description: 'The job, recorded.',
  body: Job,
  headers: { Location: 'always', 'Retry-After': 'always', ETag: 'always', 'Idempotency-Replayed': 'sometimes' },
} as const satisfies AnswerDoc;

/** … and how it is given. */
export const answerAccepted = (res: Response, { job, replayed }: Submitted): void => {
  if (replayed) res.set('Idempotency-Replayed', 'true');
  res
    .status(202)
    .set({ Location: `/v1/jobs/${toPublicId('job', job.id)}`, 'Retry-After': '1', ETag: etagOf(job) })
    .json(toJobBody(job));
};
