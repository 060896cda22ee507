import type { JobRecord, SubmitOutcome } from '@otklik/contracts';
import { ConflictError, IdempotencyMismatchError } from '@otklik/shared';

/** `replayed`: the key was used before for the same request, and this is the job it made then. */
export type Submitted = { readonly job: JobRecord; readonly replayed: boolean };

/** The job that a submission made or had made before. Throws IdempotencyMismatchError or ConflictError (`IDEMPOTENCY_IN_FLIGHT`). */
export const accepted = (outcome: SubmitOutcome): Submitted => {
  if (outcome.kind === 'mismatch') throw new IdempotencyMismatchError('This Idempotency-Key was used before with another request.');
  if (outcome.kind === 'in-flight')
    throw new ConflictError('A request with this Idempotency-Key is still being handled.', { code: 'IDEMPOTENCY_IN_FLIGHT' });
  return { job: outcome.job, replayed: outcome.kind === 'replayed' };
};
