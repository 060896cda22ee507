import type { JobType } from './job-registry.ts';
import type { JobFailure, JobOutcome, JobState, Priority, Progress, WaitingFor } from './job-states.ts';

/** A job as the database holds it. Payload, result and checkpoint are checked by whoever reads them. */
export type JobRecord = {
  /** UUIDv7. */
  readonly id: string;
  readonly workspaceId: string;
  readonly type: JobType;
  readonly state: JobState;
  readonly waitingFor: WaitingFor | null;
  readonly outcome: JobOutcome | null;
  readonly priority: Priority;
  readonly payload: unknown;
  readonly progress: Progress | null;
  readonly result: unknown;
  readonly error: JobFailure | null;
  readonly checkpoint: unknown;
  readonly labels: readonly string[];
  readonly attemptsSpent: number;
  readonly maxAttempts: number;
  readonly starts: number;
  readonly maxStarts: number;
  readonly timeoutMs: number;
  readonly generation: number;
  /** Fencing number of the present or last attempt; grows with each start. */
  readonly lease: number;
  /** Grows with each change: with the state the ETag. */
  readonly version: number;
  readonly parents: readonly string[];
  readonly pipelineId: string | null;
  readonly replayOf: string | null;
  readonly requestId: string | null;
  readonly createdAt: Date;
  readonly queuedAt: Date | null;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly runAt: Date;
  readonly expiresAt: Date | null;
  readonly deadlineAt: Date | null;
  readonly heartbeatAt: Date | null;
  readonly cancelRequestedAt: Date | null;
  /** It waits, and nothing of its type may begin now. */
  readonly isPaused: boolean;
};

/** What its worker needs of a job that begins. The rest of the row is for the eyes of its owner, and not read for each start. */
export type StartedJob = Pick<
  JobRecord,
  | 'id'
  | 'workspaceId'
  | 'type'
  | 'payload'
  | 'checkpoint'
  | 'labels'
  | 'attemptsSpent'
  | 'starts'
  | 'maxStarts'
  | 'timeoutMs'
  | 'generation'
  | 'lease'
  | 'pipelineId'
  | 'requestId'
  | 'createdAt'
  | 'queuedAt'
  | 'startedAt'
  | 'runAt'
  | 'heartbeatAt'
>;

/** One attempt of a job, for the eyes of its owner. */
export type JobAttempt = {
  /** 1 for the first start. */
  readonly number: number;
  readonly worker: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** `running` until it ends; then what ended it. */
  readonly end: AttemptEnd;
  /** Why it failed, or what its database answered too late to. */
  readonly error: JobFailure | null;
};

export const attemptEnds = ['running', 'succeeded', 'failed', 'timed_out', 'cancelled', 'waited', 'yielded', 'lost'] as const;
export type AttemptEnd = (typeof attemptEnds)[number];
