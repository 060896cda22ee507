import { createHash } from 'node:crypto';
import type { JobRecord } from '@otklik/contracts';
import { PreconditionFailedError } from '@otklik/shared';
import type { Response } from 'express';
import { etagOf } from './views/job-view.ts';

/** Whether a list of tags names this one: strong comparison; `*` stands for any version. */
export const namesTag = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((tag) => tag.trim() === '*' || tag.trim() === etag);

/** A strong tag of what has no version: of the bytes that are answered. */
export const tagOf = (text: string): string => `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;

/** Answers with JSON and its tag, or with 304 when `If-None-Match` names that. */
export const answerTagged = (res: Response, ifNoneMatch: string | undefined, body: object): void => {
  const text = JSON.stringify(body);
  const etag = tagOf(text);
  res.set('ETag', etag);
  if (namesTag(ifNoneMatch, etag)) return void res.status(304).end();
  res.type('json').send(text);
};

/** Throws PreconditionFailedError when `If-Match` names another version of the job. */
export const refuseStale = (ifMatch: string | undefined, job: JobRecord): void => {
  if (ifMatch !== undefined && !namesTag(ifMatch, etagOf(job)))
    throw new PreconditionFailedError('The job has changed since you read it: read it again.');
};
