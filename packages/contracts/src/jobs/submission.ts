import type { JobRecord } from './job-record.ts';
import type { JobType } from './job-registry.ts';
import type { Priority } from './job-states.ts';

/** What happens to a follow-up when its parent ends without success. */
export const childPolicies = ['cancel', 'run'] as const;
/** What a follow-up does when its parent ends without success. */
export type ChildPolicy = (typeof childPolicies)[number];

/** A job to insert. Ids are made by the caller, so that a request can name parents and children in one go. */
export type NewJob = {
  readonly id: string;
  readonly type: JobType;
  readonly payload: unknown;
  readonly priority: Priority;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly maxStarts: number;
  readonly runAt: Date | null;
  readonly expiresAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly labels: readonly string[];
  readonly parents: readonly { readonly id: string; readonly ifParentFails: ChildPolicy }[];
  readonly pipelineId: string | null;
  readonly replayOf: string | null;
  readonly checkpoint: unknown;
  readonly requestId: string | null;
};

/** How a request is recognized when it comes again. */
export type Idempotency = {
  readonly key: string;
  /** SHA-256 over route and canonical body. */
  readonly fingerprint: string;
};

/** A job and its follow-ups, to be inserted together. */
export type SubmitInput = {
  readonly workspaceId: string;
  /** The first is the job that the caller gets back; the rest are its follow-ups. */
  readonly jobs: readonly [NewJob, ...NewJob[]];
  readonly idempotency: Idempotency | null;
  /**
   * Milliseconds until whoever submits is told that it failed: nothing is written any more then. Default: written however
   * long it takes.
   */
  readonly remainingMs?: (() => number) | undefined;
};

/** What became of a submission. */
export type SubmitOutcome =
  | { readonly kind: 'created'; readonly job: JobRecord }
  /** The key was used before with the same fingerprint: the job it made then. */
  | { readonly kind: 'replayed'; readonly job: JobRecord }
  /** The key was used before with another body. */
  | { readonly kind: 'mismatch' }
  /** Another request with this key is not committed yet. */
  | { readonly kind: 'in-flight' };
