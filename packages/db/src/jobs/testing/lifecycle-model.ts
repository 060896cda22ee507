import { type AttemptEnd, type ChildPolicy, type JobState, isTerminal } from '@otklik/contracts';

/** What is compared between the database and the model. */
export type ComparedJob = {
  readonly id: string;
  readonly state: JobState;
  readonly generation: number;
  readonly lease: number;
  readonly starts: number;
  readonly spent: number;
  readonly waitKind: string | null;
  readonly errorCode: string | null;
  readonly isDispatched: boolean;
  readonly attempts: readonly AttemptEnd[];
};

/** A job as the table of moves knows it. Moments are booleans: whether they have passed. */
export type ModelJob = ComparedJob & {
  // What follows decides about moves and is not compared.
  readonly parents: readonly { readonly id: string; readonly policy: ChildPolicy }[];
  readonly isDue: boolean;
  readonly isStale: boolean;
  readonly isUnanswered: boolean;
  readonly isExpired: boolean;
  readonly isOverdue: boolean;
  /** Of all jobs at the same time: they are of one type. */
  readonly isPaused: boolean;
  /** Changes that are no event: move 3c. */
  readonly untold: number;
};

/** All jobs, in the order of their ids. */
export type Model = readonly ModelJob[];

export const MAX_ATTEMPTS = 2;
/** Lost starts that make a job poison. */
export const MAX_STARTS = 2;

export const newModelJob = (id: string, parents: ModelJob['parents']): ModelJob => ({
  id,
  state: parents.length === 0 ? 'queued' : 'blocked',
  generation: 1,
  lease: 0,
  starts: 0,
  spent: 0,
  waitKind: null,
  errorCode: null,
  isDispatched: false,
  attempts: [],
  parents,
  isDue: true,
  isStale: false,
  isUnanswered: false,
  isExpired: false,
  isOverdue: false,
  isPaused: false,
  untold: 0,
});

export const jobOf = (model: Model, id: string): ModelJob => {
  const job = model.find((one) => one.id === id);
  if (job === undefined) throw new Error(`no job ${id} in the model`);
  return job;
};

/** Changes one job and, when that ended it, its follow-ups (move 18). */
export const change = (model: Model, id: string, more: Partial<ModelJob>): Model => {
  const changed = model.map((job) => (job.id === id ? { ...job, ...more } : job));
  return isTerminal(jobOf(changed, id).state) ? settle(changed) : changed;
};

/** Applies a change to every job that it concerns. */
export const changeAll = (model: Model, concerns: (job: ModelJob) => boolean, more: (job: ModelJob) => Partial<ModelJob>): Model =>
  model.filter(concerns).reduce((now, { id }) => change(now, id, more(jobOf(now, id))), model);

/** Ends the attempt that runs. */
export const closeAttempt = (job: ModelJob, end: AttemptEnd): readonly AttemptEnd[] =>
  job.attempts.map((one, index) => (index === job.attempts.length - 1 && one === 'running' ? end : one));

export const lostStarts = (job: ModelJob): number => job.attempts.filter((end) => end === 'lost').length;

/** Back in line: every way there makes older deliveries worthless, except the first release. */
export const requeued = (job: ModelJob, waitKind: string | null): Partial<ModelJob> => ({
  state: 'queued',
  generation: job.generation + 1,
  isDispatched: false,
  isStale: false,
  isDue: true,
  waitKind,
  errorCode: null,
});

/** Move 18. */
export const settle = (model: Model): Model => {
  const ready = model.find((job) => job.state === 'blocked' && job.parents.every(({ id }) => isTerminal(jobOf(model, id).state)));
  if (ready === undefined) return model;
  const isDoomed = ready.parents.some(({ id, policy }) => policy === 'cancel' && jobOf(model, id).state !== 'succeeded');
  const settled = model.map((job) =>
    job.id === ready.id ? { ...job, state: isDoomed ? ('cancelled' as const) : ('queued' as const) } : job,
  );
  return settle(settled);
};
