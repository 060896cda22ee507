import type { JobMoves, JobOrder } from '@otklik/contracts';
import type { CheckTargets } from '../targets/check-targets.ts';
import { type Submitted, accepted } from './accepted.ts';
import { type JobDefaults, makeBuildJobs } from './build-jobs.ts';
import { type Failpoint, noFailpoints } from './failpoints.ts';
import { fingerprintOf } from './fingerprint.ts';

type Deps = {
  readonly jobs: Pick<JobMoves, 'submit' | 'submittedBefore'>;
  /** Default: orders are taken as they are. */
  readonly checkTargets?: CheckTargets;
  readonly dispatcher: { nudge(): void };
  readonly newId: () => string;
  readonly defaults?: JobDefaults;
  readonly failpoint?: Failpoint;
};

export type SubmitRequest = {
  readonly workspaceId: string;
  readonly order: JobOrder;
  /** The caller's key, or null when it gave none. */
  readonly idempotencyKey: string | null;
  readonly requestId: string | null;
  /** Whether VK is asked if the target can be read. Default: yes. */
  readonly shouldAskVk?: boolean;
  /** As in `SubmitInput`. */
  readonly remainingMs?: () => number;
};

export type SubmitJob = (request: SubmitRequest) => Promise<Submitted>;

/**
 * Accepts a job and its follow-ups. When this returns, the job is committed and will run, whatever crashes.
 * Throws ValidationError or UnreadableTargetError for a target that can't be collected, IdempotencyMismatchError, ConflictError (`IDEMPOTENCY_IN_FLIGHT`) or DatabaseError. Nothing is committed then, but for
 * `DB_UNAVAILABLE`, where nobody knows: with the same key the request can be sent again, and is one job all the same.
 */
export const makeSubmitJob = ({ jobs, dispatcher, newId, defaults, checkTargets, failpoint = noFailpoints }: Deps): SubmitJob => {
  const buildJobs = makeBuildJobs({ newId, ...(defaults && { defaults }) });
  return async ({ workspaceId, order, idempotencyKey, requestId, shouldAskVk = true, remainingMs }) => {
    const idempotency = idempotencyKey === null ? null : { key: idempotencyKey, fingerprint: fingerprintOf(order) };
    try {
      await checkTargets?.({ workspaceId, order, shouldAskVk });
    } catch (thrown) {
      // What was accepted once is answered as it was, whatever has become of the target since.
      const before = await jobs.submittedBefore({ workspaceId, idempotency });
      if (before === null) throw thrown;
      return accepted(before);
    }
    const outcome = await jobs.submit({ workspaceId, jobs: buildJobs(order, requestId), idempotency, remainingMs });
    const submitted = accepted(outcome);
    failpoint('after-submit-commit');
    // The row is safe from here on: with the queue down, the dispatcher finds it later.
    dispatcher.nudge();
    return submitted;
  };
};
