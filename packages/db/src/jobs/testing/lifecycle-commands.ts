import { type JobState, isTerminal } from '@otklik/contracts';
import {
  MAX_ATTEMPTS,
  MAX_STARTS,
  type Model,
  type ModelJob,
  change,
  changeAll,
  closeAttempt,
  jobOf,
  lostStarts,
  requeued,
  settle,
} from './lifecycle-model.ts';

/** A move that those of other jobs are made together with. */
export type BatchedCommand =
  | { readonly kind: 'start'; readonly job: string; readonly isOld: boolean }
  | { readonly kind: EndKind; readonly job: string; readonly isOld: boolean };

/** Something that happens: a move that somebody tries, or time that passes for one job. */
export type Command =
  | BatchedCommand
  | { readonly kind: 'heartbeat'; readonly job: string; readonly isOld: boolean }
  | { readonly kind: 'cancel'; readonly job: string }
  /** `standBack`: it is delivered where another job runs whose worker vanished before. */
  | { readonly kind: 'requeueLost' | 'release' | 'standBack'; readonly job: string; readonly isOld: boolean }
  | { readonly kind: SweepKind }
  | { readonly kind: 'together'; readonly commands: readonly BatchedCommand[] }
  | { readonly kind: TimeKind; readonly job: string };

export const endKinds = ['succeed', 'fail', 'retry', 'wait', 'waitForToken', 'yieldTurn', 'timeOut', 'finishCancel'] as const;
export type EndKind = (typeof endKinds)[number];
export const sweepKinds = [
  'dispatch',
  'forceCancels',
  'reclaimLost',
  'requeueAll',
  'expire',
  'deadline',
  'settle',
  'wakeTokenWaits',
] as const;
export const pauseKinds = ['pause', 'resume'] as const;
export type SweepKind = (typeof sweepKinds)[number] | (typeof pauseKinds)[number];
export const timeKinds = ['comesDue', 'fallsSilent', 'staysUnanswered', 'expires', 'runsOver'] as const;
export type TimeKind = (typeof timeKinds)[number];

/** What the table of moves says about a command. */
export const apply = (model: Model, command: Command): Model => {
  if (command.kind === 'together') return deliveredOnce(command.commands).reduce<Model>(apply, model);
  if (isEnd(command)) return end(model, command);
  if (isSweep(command)) return sweeps[command.kind](model);
  if (isTime(command)) return change(model, command.job, passed(jobOf(model, command.job), command.kind));
  return single(model, command);
};

/** The same delivery twice moves its job once. */
const deliveredOnce = (commands: readonly BatchedCommand[]): readonly BatchedCommand[] =>
  commands.filter(({ job }, index) => commands.findIndex((one) => one.job === job) === index);

const isEnd = (command: Command): command is Extract<Command, { readonly kind: EndKind }> => endKinds.some((kind) => kind === command.kind);
const isSweep = (command: Command): command is Extract<Command, { readonly kind: SweepKind }> =>
  [...sweepKinds, ...pauseKinds].some((kind) => kind === command.kind);
const isTime = (command: Command): command is Extract<Command, { readonly kind: TimeKind }> =>
  timeKinds.some((kind) => kind === command.kind);

type Single = Extract<Command, { readonly kind: 'start' | 'heartbeat' | 'cancel' | 'requeueLost' | 'release' | 'standBack' }>;

const single = (model: Model, command: Single): Model => {
  const job = jobOf(model, command.job);
  switch (command.kind) {
    case 'cancel':
      return cancel(model, job);
    case 'heartbeat':
      return command.isOld || !isHeld(job) ? model : change(model, job.id, { isStale: false });
    case 'requeueLost':
      return command.isOld || job.state !== 'queued' || !job.isDispatched ? model : change(model, job.id, forgotten(job));
    case 'release':
      return command.isOld || job.state !== 'queued' || !job.isDispatched ? model : change(model, job.id, { isDispatched: false });
    case 'standBack':
      return command.isOld || job.state !== 'queued' || lostStarts(job) === 0 ? model : change(model, job.id, stoodBack(job));
    case 'start':
      return command.isOld ? model : start(model, job);
  }
};

/** Moves 3, 3b and 14b. */
const start = (model: Model, job: ModelJob): Model => {
  if (job.isPaused) return job.state === 'queued' ? change(model, job.id, forgotten(job)) : model;
  const begun = { state: 'running', lease: job.lease + 1, starts: job.starts + 1, isStale: false } as const;
  if (job.state === 'queued' && (job.starts > 0 || !job.isExpired) && !job.isOverdue)
    return change(model, job.id, { ...begun, waitKind: null, attempts: [...job.attempts, 'running'] });
  if (job.state !== 'running' || !job.isStale) return model;
  if (lostStarts(job) + 1 >= MAX_STARTS) return change(model, job.id, poisoned(job));
  return change(model, job.id, { ...begun, attempts: [...closeAttempt(job, 'lost'), 'running'] });
};

const poisoned = (job: ModelJob): Partial<ModelJob> => ({
  state: 'failed',
  lease: job.lease + 1,
  errorCode: 'POISON',
  attempts: closeAttempt(job, 'lost'),
});

/** Moves 5 to 10 and 12. */
const end = (model: Model, { kind, job: id, isOld }: Extract<Command, { readonly kind: EndKind }>): Model => {
  const job = jobOf(model, id);
  if (isOld || !isHeld(job) || (kind === 'finishCancel' && job.state !== 'cancelling')) return model;
  if (job.state === 'cancelling' && kind !== 'succeed')
    return change(model, id, { state: 'cancelled', waitKind: null, errorCode: null, attempts: closeAttempt(job, 'cancelled') });
  const isLast = job.spent + 1 >= MAX_ATTEMPTS;
  const failed = (state: JobState, code: string) => ({ state, spent: job.spent + 1, errorCode: code, waitKind: null });
  const again = (waitKind: string, isDue: boolean) => ({ ...requeued(job, waitKind), isDue });
  switch (kind) {
    case 'succeed':
      return change(model, id, { state: 'succeeded', errorCode: null, attempts: closeAttempt(job, 'succeeded') });
    case 'fail':
      return change(model, id, { ...failed('failed', 'BROKEN'), attempts: closeAttempt(job, 'failed') });
    case 'retry':
      return change(model, id, {
        ...(isLast ? failed('failed', 'BROKEN') : { ...again('retry', false), spent: job.spent + 1 }),
        attempts: closeAttempt(job, 'failed'),
      });
    case 'timeOut':
      return change(model, id, {
        ...(isLast ? failed('timed_out', 'BROKEN') : { ...again('retry', false), spent: job.spent + 1 }),
        attempts: closeAttempt(job, 'timed_out'),
      });
    case 'wait':
      return change(model, id, { ...again('pace', false), attempts: closeAttempt(job, 'waited') });
    case 'waitForToken':
      return change(model, id, { ...again('token', false), attempts: closeAttempt(job, 'waited') });
    case 'yieldTurn':
      return change(model, id, { ...again('turn', true), attempts: closeAttempt(job, 'yielded') });
    case 'finishCancel':
      return model;
  }
};

/** Move 11. */
const cancel = (model: Model, job: ModelJob): Model => {
  if (job.state === 'running') return change(model, job.id, { state: 'cancelling', waitKind: null, isUnanswered: false });
  if (job.state === 'blocked' || job.state === 'queued') return change(model, job.id, { state: 'cancelled', waitKind: null });
  return model;
};

/** Moves 3b and 15. */
const forgotten = (job: ModelJob): Partial<ModelJob> => ({ generation: job.generation + 1, isDispatched: false });

/** Move 3c, of a suspect: no walk lasts so long that it works its way out of that. */
const stoodBack = (job: ModelJob): Partial<ModelJob> => ({ ...forgotten(job), waitKind: 'turn', isDue: false, untold: job.untold + 1 });

/** Moves 13, 16 and 17 end whatever the job was doing. */
const closed = (job: ModelJob, more: Pick<ModelJob, 'state' | 'errorCode'>): Partial<ModelJob> => ({
  ...more,
  lease: isHeld(job) ? job.lease + 1 : job.lease,
  waitKind: null,
  attempts: closeAttempt(job, more.state === 'cancelled' ? 'cancelled' : 'timed_out'),
});

const isHeld = ({ state }: ModelJob): boolean => state === 'running' || state === 'cancelling';
const isWaiting = (job: ModelJob): boolean => job.state === 'queued' && job.isDue && !job.isDispatched && !job.isPaused;

const sweeps: Readonly<Record<SweepKind, (model: Model) => Model>> = {
  dispatch: (model) => changeAll(model, isWaiting, () => ({ isDispatched: true })),
  forceCancels: (model) =>
    changeAll(
      model,
      (job) => job.state === 'cancelling' && (job.isStale || job.isUnanswered),
      (job) => closed(job, { state: 'cancelled', errorCode: null }),
    ),
  reclaimLost: (model) =>
    changeAll(
      model,
      (job) => job.state === 'running' && job.isStale,
      (job) =>
        lostStarts(job) + 1 >= MAX_STARTS
          ? poisoned(job)
          : { ...requeued(job, 'dispatch'), errorCode: job.errorCode, lease: job.lease + 1, attempts: closeAttempt(job, 'lost') },
    ),
  requeueAll: (model) => changeAll(model, (job) => job.state === 'queued' && job.isDispatched, forgotten),
  expire: (model) =>
    changeAll(
      model,
      (job) => (job.state === 'blocked' || job.state === 'queued') && job.starts === 0 && job.isExpired,
      (job) => closed(job, { state: 'timed_out', errorCode: 'NOT_STARTED' }),
    ),
  deadline: (model) =>
    changeAll(
      model,
      (job) => !isTerminal(job.state) && job.isOverdue,
      (job) => closed(job, { state: 'timed_out', errorCode: 'DEADLINE' }),
    ),
  settle,
  wakeTokenWaits: (model) =>
    changeAll(
      model,
      (job) => job.state === 'queued' && job.waitKind === 'token' && !job.isDispatched && !job.isDue,
      () => ({ isDue: true, waitKind: 'dispatch' }),
    ),
  pause: (model) =>
    changeAll(
      model,
      (job) => !job.isPaused,
      () => ({ isPaused: true }),
    ),
  resume: (model) =>
    changeAll(
      model,
      (job) => job.isPaused,
      () => ({ isPaused: false }),
    ),
};

const passed = (job: ModelJob, kind: TimeKind): Partial<ModelJob> => {
  switch (kind) {
    case 'comesDue':
      return { isDue: true };
    case 'fallsSilent':
      return isHeld(job) ? { isStale: true } : {};
    case 'staysUnanswered':
      return job.state === 'cancelling' ? { isUnanswered: true } : {};
    case 'expires':
      return { isExpired: true };
    case 'runsOver':
      return { isOverdue: true };
  }
};
