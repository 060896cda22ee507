import { type JobType, type LeaseState, type PayloadOf, type Progress, type StartedJob, jobRegistry } from '@otklik/contracts';
import { Fenced, JobCancelled } from '@otklik/shared';
import type { JobContext } from '../jobs/job-context.ts';

type Options = {
  readonly signal?: AbortSignal;
  /** Called at each safe point; throws to end the attempt there. */
  readonly checkpointReached?: () => void;
  readonly progress?: (progress: Progress) => void;
};

/** What an attempt gets, without the machinery around it: the job as the database started it. */
export const contextOf = <T extends JobType>(job: StartedJob, payload: PayloadOf<T>, options: Options = {}): JobContext<T> => ({
  job,
  lease: { jobId: job.id, lease: job.lease },
  payload,
  signal: options.signal ?? new AbortController().signal,
  checkpointReached: options.checkpointReached ?? (() => undefined),
  progress: options.progress ?? (() => undefined),
  heed,
});

export const analyzePayload = (given: unknown = {}): PayloadOf<'analyze'> => jobRegistry.analyze.payload.parse(given);
export const exportPayload = (given: unknown): PayloadOf<'export'> => jobRegistry.export.payload.parse(given);

const heed = (state: LeaseState): void => {
  if (state === 'fenced') throw new Fenced('A newer attempt holds this job.');
  if (state === 'cancelling') throw new JobCancelled('The job was cancelled.');
};
