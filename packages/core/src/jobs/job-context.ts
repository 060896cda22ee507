import type { JobOutcome, JobType, LeaseRef, LeaseState, PayloadOf, Progress, ResultOf, StartedJob } from '@otklik/contracts';

/** What an attempt gets to work with. */
export type JobContext<T extends JobType = JobType> = {
  readonly job: StartedJob;
  readonly lease: LeaseRef;
  /** Checked against the registry. */
  readonly payload: PayloadOf<T>;
  /**
   * Ends the attempt now. Pass it into every fetch, query and stream. Its reason is a ControlError: cancelled, timed
   * out, fenced, or shut down after the grace.
   */
  readonly signal: AbortSignal;
  /** Asks to stop at the next safe point; call it there. Throws Shutdown when the job has to give its turn back. */
  checkpointReached(): void;
  /** Says how far the work is. Written at most every 500 ms; the last call wins. */
  progress(progress: Progress): void;
  /**
   * Hands over what a write under the lease answered. Throws Fenced or JobCancelled, so that no work is done that
   * nobody will record.
   */
  heed(state: LeaseState): void;
};

/** What a use case hands back: recorded under the lease. */
export type JobSuccess<T extends JobType> = { readonly result: ResultOf<T>; readonly outcome: JobOutcome };

/** Runs one attempt of a job of type T. May be killed at any line and run again. */
export type Processor<T extends JobType> = (context: JobContext<T>) => Promise<JobSuccess<T>>;

/** One processor for each type of the registry: a missing one does not compile. */
export type Processors = { readonly [T in JobType]: Processor<T> };
