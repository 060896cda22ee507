import { type FollowUp, type JobMoves, type JobReads, type JobRecord, type NewJob, isTerminal } from '@otklik/contracts';
import { ConflictError, NotFoundError } from '@otklik/shared';
import { type Submitted, accepted } from './accepted.ts';
import { fingerprintOf } from './fingerprint.ts';
import { onlyFailed } from './only-failed.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'submit'> & Pick<JobReads, 'get' | 'followUps'>;
  readonly dispatcher: { nudge(): void };
  readonly newId: () => string;
};

export type RetryRequest = {
  readonly workspaceId: string;
  readonly jobId: string;
  /** `checkpoint` goes on where the job stopped; `start` begins again; `failed` collects what could not be had, and only that. */
  readonly from: 'checkpoint' | 'start' | 'failed';
  /** The caller's key, or null when it gave none. */
  readonly idempotencyKey: string | null;
  readonly requestId: string | null;
  /** As in `SubmitInput`. */
  readonly remainingMs?: () => number;
};
export type RetryJob = (request: RetryRequest) => Promise<Submitted>;

/**
 * Replays a finished job as a new one; the old row stays as it ended. Follow-ups that ended without success are
 * created again behind it. Throws NotFoundError, ConflictError (`JOB_NOT_FINISHED` while the job still lives,
 * `IDEMPOTENCY_IN_FLIGHT`, `CONFLICT` where nothing of it failed) or IdempotencyMismatchError.
 */
export const makeRetryJob =
  ({ jobs, dispatcher, newId }: Deps): RetryJob =>
  async ({ workspaceId, jobId, from, idempotencyKey, requestId, remainingMs }) => {
    const old = await jobs.get(workspaceId, jobId);
    if (old === null) throw new NotFoundError('No such job.');
    if (!isTerminal(old.state)) throw new ConflictError('The job is not finished: cancel it first, or wait.', { code: 'JOB_NOT_FINISHED' });
    const followUps = await jobs.followUps(workspaceId, jobId);
    const again = followUps.filter(({ job }) => isTerminal(job.state) && job.state !== 'succeeded');
    const newIds = new Map([old, ...again.map(({ job }) => job)].map(({ id }) => [id, newId()]));
    const rootId = newIds.get(old.id) ?? newId();
    const pipelineId = old.pipelineId ?? (again.length > 0 ? rootId : null);
    const root: NewJob = {
      ...copyOf(old, requestId),
      id: rootId,
      parents: [],
      pipelineId,
      checkpoint: placeToGoOn(old, from),
      ...(from === 'failed' && { payload: onlyFailed(old) }),
    };
    const children = again.map((followUp): NewJob => ({
      ...copyOf(followUp.job, requestId),
      id: newIds.get(followUp.job.id) ?? newId(),
      parents: parentsOf(followUp, { newIds, rootId }),
      pipelineId,
      checkpoint: null,
    }));
    const idempotency = idempotencyKey === null ? null : { key: idempotencyKey, fingerprint: fingerprintOf({ retry: jobId, from }) };
    const outcome = await jobs.submit({ workspaceId, jobs: [root, ...children], idempotency, remainingMs });
    const submitted = accepted(outcome);
    dispatcher.nudge();
    return submitted;
  };

/** A parent that is not replayed has succeeded; the follow-up then waits for the replayed job itself. */
const parentsOf = (
  { parents }: FollowUp,
  { newIds, rootId }: { readonly newIds: ReadonlyMap<string, string>; readonly rootId: string },
): NewJob['parents'] => {
  const mapped = new Map(parents.map((parent) => [newIds.get(parent.id) ?? rootId, parent.ifParentFails]));
  return [...mapped].map(([id, ifParentFails]) => ({ id, ifParentFails }));
};

/** A job that succeeded has nothing left to do behind its checkpoint: wanting it again means wanting all of it. */
const placeToGoOn = (old: JobRecord, from: RetryRequest['from']): unknown =>
  from === 'checkpoint' && old.state !== 'succeeded' ? old.checkpoint : null;

/** What a replay takes over. Due times of the past are not among it. */
const copyOf = (job: JobRecord, requestId: string | null) => ({
  type: job.type,
  payload: job.payload,
  priority: job.priority,
  timeoutMs: job.timeoutMs,
  maxAttempts: job.maxAttempts,
  maxStarts: job.maxStarts,
  runAt: null,
  expiresAt: null,
  deadlineAt: null,
  labels: job.labels,
  replayOf: job.id,
  requestId,
});
