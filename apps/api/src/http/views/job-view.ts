import { type JobBody, type JobRecord, isTerminal, toPublicId } from '@otklik/contracts';

/** A job as callers see it. */
export const toJobBody = (job: JobRecord, now = Date.now()): JobBody => ({
  id: toPublicId('job', job.id),
  type: job.type,
  state: job.state,
  outcome: job.outcome,
  priority: job.priority,
  progress: job.progress,
  attempts: job.attemptsSpent,
  maxAttempts: job.maxAttempts,
  starts: job.starts,
  payload: job.payload,
  ...(job.state === 'succeeded' && { result: job.result }),
  ...(job.error !== null && { error: job.error }),
  waitingFor: waitingForOf(job, now),
  labels: [...job.labels],
  parents: job.parents.map((id) => toPublicId('job', id)),
  pipelineId: job.pipelineId === null ? null : toPublicId('pipeline', job.pipelineId),
  replayOf: job.replayOf === null ? null : toPublicId('job', job.replayOf),
  createdAt: job.createdAt.toISOString(),
  queuedAt: timeOf(job.queuedAt),
  startedAt: timeOf(job.startedAt),
  finishedAt: timeOf(job.finishedAt),
  runAt: job.runAt.toISOString(),
  expiresAt: timeOf(job.expiresAt),
  deadlineAt: timeOf(job.deadlineAt),
  cancelRequestedAt: timeOf(job.cancelRequestedAt),
  timeoutMs: job.timeoutMs,
  etaMs: etaOf(job, now),
});

/**
 * Changes with every change of a job that a caller can see. With the state, as a version can come twice: PostgreSQL may forget a
 * start that was told, and the move that the job makes instead counts from the same number.
 */
export const versionTagOf = ({ version, state, isPaused }: Pick<JobRecord, 'version' | 'state' | 'isPaused'>): string =>
  `${version}-${isPaused ? 'paused' : state}`;

export const etagOf = (job: JobRecord): string => `"${job.id.slice(-12)}-${versionTagOf(job)}"`;

/** How long to wait before asking again. */
export const pollAfterS = (job: JobRecord): number => (isTerminal(job.state) ? 0 : 1);

const timeOf = (date: Date | null): string | null => date?.toISOString() ?? null;

const PAUSED = 'Its queue is paused by an operator and goes on once that is over.';

/** A queued job always waits for something: at least for its turn, also once the moment it waited for has come. */
const waitingForOf = (job: JobRecord, now: number): JobRecord['waitingFor'] => {
  if (job.state !== 'queued') return job.waitingFor;
  if (job.isPaused && job.runAt.getTime() <= now) return { kind: 'paused', until: null, detail: PAUSED };
  if (job.runAt.getTime() <= now) return { kind: 'turn', until: null, detail: 'Waits for a free worker.' };
  return job.waitingFor ?? { kind: 'schedule', until: job.runAt.toISOString(), detail: 'Waits for its time.' };
};

/** As long again for each part that is left as each part took so far. */
const etaOf = ({ state, progress, startedAt }: JobRecord, now: number): number | null => {
  if (state !== 'running' || progress === null || startedAt === null) return null;
  if (progress.total === null || progress.done === 0) return null;
  const left = Math.max(0, progress.total - progress.done);
  return Math.round(((now - startedAt.getTime()) / progress.done) * left);
};
