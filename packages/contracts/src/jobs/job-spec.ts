import type { z } from 'zod';

/** What the platform has to know about a type of job. Everything else about it is derived from this. */
export type JobSpec = {
  /** For the document of the API: `Collect comments`. */
  readonly does: string;
  /** Name of its queue; one BullMQ queue and one worker per type. */
  readonly queue: string;
  /** Attempts that may fail before the job fails. */
  readonly maxAttempts: number;
  /** Limit of one attempt, waiting excluded. */
  readonly timeoutMs: number;
  /** Attempts run at once in one worker process. */
  readonly concurrency: number;
  /** Whether `payload.scope` may be left out in a follow-up, and then means "what the pipeline collected". */
  readonly inheritsScope: boolean;
  /** What the caller sends and the row keeps. */
  readonly payload: z.ZodObject;
  /** What a finished job hands over. */
  readonly result: z.ZodType<Readonly<Record<string, unknown>>>;
};
