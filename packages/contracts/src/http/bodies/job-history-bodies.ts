import { z } from 'zod';
import { JobEventData, JobEventKind } from '../../jobs/job-event.ts';
import { logLevels } from '../../jobs/job-log.ts';
import { attemptEnds } from '../../jobs/job-record.ts';
import { JobFailure } from '../../jobs/job-states.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

/** One attempt of a job. */
export const AttemptBody = z
  .object({
    number: z.int().describe('1 for the first start.'),
    worker: z.string(),
    startedAt: moment,
    finishedAt: moment.nullable(),
    durationMs: z.int().nullable().describe('null while it runs.'),
    end: z.enum(attemptEnds).describe('`running` until it ends; then what ended it.'),
    error: JobFailure.nullable().describe('Why it failed; of one that waited since the database answered too late, with what code.'),
  })
  .meta({
    id: 'Attempt',
    examples: [
      {
        number: 1,
        worker: 'worker-1:4711',
        startedAt: '2026-11-25T09:00:00.250Z',
        finishedAt: '2026-11-25T09:00:12.500Z',
        durationMs: 12_250,
        end: 'failed',
        error: { code: 'VK_TIMEOUT', message: 'VK did not answer in time.', retryable: true, fingerprint: '5f0c1a9be27d' },
      },
    ],
  });
export type AttemptBody = z.output<typeof AttemptBody>;

export const AttemptPage = pageOf(AttemptBody).meta({ id: 'AttemptPage' });

/** One thing that happened to a job. */
export const EventBody = z
  .object({
    seq: z.int().describe('Grows with each event of the job.'),
    at: moment,
    kind: JobEventKind,
    data: JobEventData.nullable().describe('null: the kind says it all.'),
  })
  .meta({
    id: 'JobEvent',
    examples: [{ seq: 2, at: '2026-11-25T09:00:00.250Z', kind: 'started', data: { attempt: 1, worker: 'worker-1:4711' } }],
  });
export type EventBody = z.output<typeof EventBody>;

export const EventPage = pageOf(EventBody).meta({ id: 'JobEventPage' });

/** One line of the log of a job. */
export const LogLineBody = z
  .object({
    seq: z.int().describe('Grows from line to line and from attempt to attempt.'),
    attempt: z.int().describe('Number of the attempt that said it.'),
    at: moment.describe('By the clock of the worker.'),
    level: z.enum(logLevels),
    message: z.string().describe('The same sentence whenever this happens.'),
    fields: z.record(z.string(), z.unknown()).nullable().describe('What is special about this time.'),
  })
  .meta({
    id: 'LogLine',
    examples: [
      {
        seq: 10_002,
        attempt: 1,
        at: '2026-11-25T09:00:09.120Z',
        level: 'info',
        message: 'posts are read',
        fields: { posts: 100, comments: 4_120, missing: 0, requests: 83 },
      },
    ],
  });
export type LogLineBody = z.output<typeof LogLineBody>;

export const LogPage = pageOf(LogLineBody).meta({ id: 'LogPage' });
