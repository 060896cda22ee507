import { z } from 'zod';
import { jobOutcomes, waitKinds } from './job-states.ts';

/** What can happen to a job, as a person who follows it is told. Heartbeats, progress and dispatching are not told. */
export const jobEventKinds = [
  /** 1. */
  'submitted',
  /** 18: its parents have ended, and it may run. */
  'released',
  /** 3. */
  'started',
  /** 14b: its worker fell silent, and another one goes on with a new attempt. */
  'taken_over',
  /** 3b: came to a worker while its queue was paused, and went back in line. */
  'held_back',
  /** 7: the attempt failed, and there will be another one. */
  'attempt_failed',
  /** 10: the attempt ran too long, and there will be another one. */
  'attempt_timed_out',
  /** 8: what it needs isn't there just now. */
  'waited',
  /** 8b: tokens of its workspace were changed, and it tries again before its time. */
  'woken',
  /** 9. */
  'yielded',
  /** 14: its worker vanished, and it goes to another one. */
  'worker_lost',
  /** 15: the queue had lost it. */
  'requeued',
  /** 11, while it ran. */
  'cancel_asked',
  /** 5. */
  'succeeded',
  /** 6, and 7 with the last attempt of the budget. */
  'failed',
  /** 14 and 14b, when it had cost too many workers. */
  'poisoned',
  /** 10, with the last attempt of the budget. */
  'timed_out',
  /** 16. */
  'expired',
  /** 17. */
  'deadline_passed',
  /** 11, 12, 13 and 18. */
  'cancelled',
] as const;
export const JobEventKind = z.enum(jobEventKinds).meta({ id: 'JobEventKind' });
export type JobEventKind = z.output<typeof JobEventKind>;

/** Why a job is cancelled: asked for while it waited, stopped by its worker, ended for a silent worker, or with its parents. */
export const cancelReasons = ['asked', 'stopped', 'unanswered', 'parents'] as const;
export type CancelReason = (typeof cancelReasons)[number];

/** What there is to say about an event beyond its kind. No secrets and no texts of comments. */
export const JobEventData = z
  .strictObject({
    state: z.enum(['queued', 'blocked']).optional().describe('Where a submitted job begins.'),
    attempt: z.int().positive().optional().describe('Number of the attempt that began or ended.'),
    worker: z.string().optional().describe('Who runs the attempt that began.'),
    waitsFor: z.enum(waitKinds).optional(),
    until: z.iso.datetime({ offset: true }).optional().describe('When it is due again.'),
    code: z.string().optional().describe('Code of the error.'),
    message: z.string().optional(),
    outcome: z.enum(jobOutcomes).optional(),
    reason: z.enum(cancelReasons).optional().describe('Why it is cancelled.'),
  })
  .meta({ id: 'JobEventData' });
export type JobEventData = z.output<typeof JobEventData>;

/** One thing that happened to a job, written with the move that made it happen. */
export type JobEvent = {
  /** Grows with each event of the job: the version that the job had from then on. Progress leaves gaps. */
  readonly seq: number;
  readonly at: Date;
  readonly kind: JobEventKind;
  /** null: the kind says it all. */
  readonly data: JobEventData | null;
};

/** A window through the events of a job, oldest first. */
export type JobEventPage = {
  /** `seq` of the last event that is known; null begins with the first. */
  readonly after: number | null;
  readonly limit: number;
};
