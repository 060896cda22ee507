import type { JobRecord, JobType, LeaseState } from '@otklik/contracts';

/** What can be said to an attempt from outside. */
export type RunningAttempt = {
  readonly job: Pick<JobRecord, 'id' | 'type'>;
  /** Ends it when the state says so. */
  readonly note: (state: LeaseState) => void;
  /** Asks it to give its turn back at its next safe point. */
  readonly giveTurnBack: () => void;
};

/** The attempts of this process, for those who have something to say to them. */
export type RunningAttempts = {
  /** Returns the taking out. */
  add(attempt: RunningAttempt): () => void;
  /** Of the jobs that run here. */
  ids(): readonly string[];
  /** Ends the attempt of this job, now or as soon as it is added. */
  cancel(jobId: string): void;
  /** From now on attempts of these types, and of no others, are asked to give their turn back. */
  drain(types: ReadonlySet<JobType>): void;
};

/** Cancels that came before their attempts did. More at once than this are seen at the next heartbeat. */
const KEPT_CANCELS = 1_000;

export const createRunningAttempts = (): RunningAttempts => {
  const running = new Set<RunningAttempt>();
  const cancelled = new Set<string>();
  let draining: ReadonlySet<JobType> = new Set();

  /** The start may still be on its way back from the database. A cancelled job never runs again, so keeping its id is right for ever. */
  const keep = (jobId: string): void => {
    cancelled.add(jobId);
    const [oldest] = cancelled;
    if (cancelled.size > KEPT_CANCELS && oldest !== undefined) cancelled.delete(oldest);
  };

  return {
    add: (attempt) => {
      running.add(attempt);
      if (cancelled.has(attempt.job.id)) attempt.note('cancelling');
      if (draining.has(attempt.job.type)) attempt.giveTurnBack();
      return () => void running.delete(attempt);
    },
    ids: () => [...running].map(({ job }) => job.id),
    cancel: (jobId) => {
      keep(jobId);
      for (const { job, note } of running) if (job.id === jobId) note('cancelling');
    },
    drain: (types) => {
      draining = types;
      for (const { job, giveTurnBack } of running) if (types.has(job.type)) giveTurnBack();
    },
  };
};
