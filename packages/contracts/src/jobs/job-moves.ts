import type { JobEvent, JobEventPage } from './job-event.ts';
import type { JobAttempt, JobRecord, StartedJob } from './job-record.ts';
import type { JobType } from './job-registry.ts';
import type { JobFailure, JobOutcome, JobState, Priority, Progress, WaitingFor } from './job-states.ts';
import type { NewJob, SubmitInput, SubmitOutcome } from './submission.ts';
import type { TokenWaitMoves } from './token-wait-moves.ts';

/** Who holds a running job. Every write of an attempt names it; an old number changes nothing. */
export type LeaseRef = { readonly jobId: string; readonly lease: number };

/** A queued row on its way to the queue. */
export type DispatchItem = {
  readonly jobId: string;
  readonly generation: number;
  readonly type: JobType;
  readonly priority: Priority;
};

/** A row that somebody claimed to dispatch it. */
export type ClaimedItem = DispatchItem & {
  /** How long it had been due, by the clock of the database. */
  readonly lagMs: number;
};

/** A row that somebody marked as dispatched. */
export type DispatchedItem = DispatchItem & { readonly dispatchedAt: Date };

/** A delivery that a worker wants to begin with. */
export type StartRequest = {
  readonly jobId: string;
  readonly generation: number;
  /** Name of the worker process, for the attempt row. */
  readonly worker: string;
  /** A running row whose heartbeat is older than this may be taken over (move 14b). */
  readonly staleAfterMs: number;
  /** The same worker asked before and did not hear the answer: if it was yes, the job is its own, under a new lease. */
  readonly isRepeat?: boolean;
};

/** Whether the delivery is still worth an attempt. */
export type StartOutcome =
  | { readonly kind: 'started'; readonly job: StartedJob }
  /** Somebody runs it who was heard lately. */
  | { readonly kind: 'held'; /** Until it may be taken over, unless that one is heard again. */ readonly staleInMs: number }
  /** Old generation, finished, cancelled, paused, or being cancelled: nothing to do. */
  | { readonly kind: 'dropped'; readonly reason: 'missing' | 'old-generation' | 'too-late' | 'not-queued' | 'held' | 'paused' }
  /** Started too often without an end: now failed with POISON. */
  | { readonly kind: 'poisoned'; /** With their parent. */ readonly cancelled: EndedJobs };

/** Answer of a write under the lease. `fenced`: nothing was written, somebody else moved the job. */
export type LeaseState = 'running' | 'cancelling' | 'fenced';

/** Why a job steps back, and for how long. */
export type WaitInput = {
  readonly kind: WaitingFor['kind'];
  readonly waitMs: number;
  readonly detail: string;
  /** The failure of a database that answered too late: kept with the attempt, and counted until the job comes on. */
  readonly tooLate?: JobFailure;
};

/** What a move that ends an attempt did. */
export type EndOutcome = {
  /** The state the row has now; null when the lease was old and nothing changed. */
  readonly state: JobState | null;
  /** Follow-ups that were cancelled with it. */
  readonly cancelled: EndedJobs;
};

/** Jobs that are over now, with the state that they ended in. */
export type EndedJobs = readonly { readonly type: JobType; readonly state: JobState }[];

/** What a repair did: the rows that it moved, and those that are over now, follow-ups included. */
export type RepairedJobs = { readonly count: number; readonly ended: EndedJobs };

/** How far a cancel reaches: the job, whose follow-ups end by their policy, or every job that came with it, whatever their policy. */
export type CancelReach = 'job' | 'pipeline';

/** What asking to cancel did: the job as it is now, and what is over by it, follow-ups included. */
export type CancelOutcome = { readonly job: JobRecord; readonly ended: EndedJobs };

/**
 * The moves of the job lifecycle, numbered as in its table: each is one conditional UPDATE (plus what the table lists beside it) in one
 * transaction, decided by the clock of the database. All throw DatabaseError when PostgreSQL can't answer. Nothing is changed then, but
 * for `DB_UNAVAILABLE`, by which no more than the answer may be lost. Asking again is safe: the condition tells, and of `submit` its key.
 */
export type JobMoves = TokenWaitMoves & {
  /** 1. The other one answers what this would where the key was used before, and else null; it makes nothing. */
  submit(input: SubmitInput): Promise<SubmitOutcome>;
  submittedBefore(input: Pick<SubmitInput, 'workspaceId' | 'idempotency'>): Promise<SubmitOutcome | null>;
  /**
   * 2: marks due rows of queues that are not paused as dispatched, for whoever asked to add them; per type at most `window` rows
   * may sit in the queue.
   */
  claimDispatch(options: { readonly limit: number; readonly window: number }): Promise<readonly ClaimedItem[]>;
  /** Undoes 2 for rows of the same generation that still wait: the queue refused them, and the next round shall have them. */
  releaseClaims(items: readonly Pick<DispatchItem, 'jobId' | 'generation'>[]): Promise<void>;
  /** 3 and 14b; 3b while the queue is paused. */
  start(request: StartRequest): Promise<StartOutcome>;
  /**
   * Whether the job may have taken its worker with it: one of its attempts was lost (or is running with a silent worker),
   * and those after it have not worked for ten minutes, or not for as long as that one.
   */
  isSuspect(jobId: string): Promise<boolean>;
  /** 3c: a suspect finds another one in its process, and goes back to the dispatcher for `delayMs`. */
  standBack(input: { readonly jobId: string; readonly generation: number; readonly delayMs: number }): Promise<void>;
  /** 4, without data: keeps the attempt alive, and stores progress when given. */
  heartbeat(lease: LeaseRef, progress?: Progress): Promise<LeaseState>;
  /** 5, with 18. */
  succeed(lease: LeaseRef, input: { readonly result: unknown; readonly outcome: JobOutcome }): Promise<EndOutcome>;
  /** Whether it was this lease that ended the job with its success: for whoever did not hear the answer to 5. */
  hasSucceeded(lease: LeaseRef): Promise<boolean>;
  /** 6, with 18; 12 when the row is cancelling. */
  fail(lease: LeaseRef, error: JobFailure): Promise<EndOutcome>;
  /** 7; 6 when this was the last attempt of the budget; 12 when the row is cancelling. */
  retry(lease: LeaseRef, input: { readonly error: JobFailure; readonly delayMs: number }): Promise<EndOutcome>;
  /** 8; 12 when the row is cancelling. */
  wait(lease: LeaseRef, input: WaitInput): Promise<EndOutcome>;
  /**
   * How many attempts ended because the database answered too late since the job last came on: those that waited with
   * `tooLate`. 0 when the lease is old.
   */
  slowEnds(lease: LeaseRef): Promise<number>;
  /** 9; 12 when the row is cancelling. */
  yieldTurn(lease: LeaseRef): Promise<EndOutcome>;
  /** 10: queued again after `delayMs`, or timed_out when the budget is used; 12 when the row is cancelling. */
  timeOut(lease: LeaseRef, input: { readonly error: JobFailure; readonly delayMs: number }): Promise<EndOutcome>;
  /** 11, with 18; told to the workers that run what was cancelled. null: no such job in this workspace. */
  requestCancel(workspaceId: string, jobId: string, reach?: CancelReach): Promise<CancelOutcome | null>;
  /** 12. */
  finishCancel(lease: LeaseRef): Promise<EndOutcome>;
  /** 13: ends `cancelling` rows that nobody answered for `graceMs`, or whose worker is silent for `staleAfterMs`. */
  forceCancels(options: { readonly graceMs: number; readonly staleAfterMs: number; readonly limit: number }): Promise<RepairedJobs>;
  /** 14: takes running rows from workers silent for `staleAfterMs`; what one of them still locks, with the next call. */
  reclaimLost(options: { readonly staleAfterMs: number; readonly limit: number }): Promise<RepairedJobs>;
  /** 15 for rows found absent in the queue (same generation only). */
  requeueLost(items: readonly Pick<DispatchItem, 'jobId' | 'generation'>[]): Promise<number>;
  /** 15 after the queue lost everything: all dispatched rows that still wait, in bounded batches; returns how many. */
  requeueAllDispatched(options: { readonly before: Date; readonly limit: number }): Promise<number>;
  /** Dispatched rows that still wait since longer than `olderThanMs`, longest first, for the comparison with the queue. */
  listDispatched(options: {
    readonly olderThanMs: number;
    readonly limit: number;
    /** The last row of the page before. */
    readonly after: Pick<DispatchedItem, 'jobId' | 'dispatchedAt'> | null;
  }): Promise<readonly DispatchedItem[]>;
  /** Of deliveries found in the queue: those whose row is gone, over, or of another generation. Reads only. */
  findOrphans(items: readonly Pick<DispatchItem, 'jobId' | 'generation'>[]): Promise<readonly Pick<DispatchItem, 'jobId' | 'generation'>[]>;
  /** 16. */
  expireNotStarted(options: { readonly limit: number }): Promise<RepairedJobs>;
  /** 17. */
  passDeadlines(options: { readonly limit: number }): Promise<RepairedJobs>;
  /** 18 as a repair: blocked rows whose parents are all settled and that nobody released. */
  settleBlocked(options: {
    readonly limit: number;
    /** Where the round before stopped: goes through all blocked rows in turn. */
    readonly after: string | null;
  }): Promise<RepairedJobs & { /** null: the end is reached. */ readonly last: string | null }>;
};

/** Filters of the job list; `after` is the id of the last job of the page before (newest first). */
export type JobFilter = {
  readonly workspaceId: string;
  readonly types?: readonly JobType[] | undefined;
  readonly states?: readonly JobState[] | undefined;
  readonly priorities?: readonly Priority[] | undefined;
  readonly label?: string | undefined;
  readonly createdSince?: Date | undefined;
  readonly createdUntil?: Date | undefined;
  readonly pipelineId?: string | undefined;
  readonly after: string | null;
  readonly limit: number;
};

/** A job that waits for others, with what it was told about each of them. */
export type FollowUp = { readonly job: JobRecord; readonly parents: NewJob['parents'] };

/** Which state of a job is the present one, without the job. The version alone may come twice: a start can be forgotten. */
export type JobVersion = Pick<JobRecord, 'workspaceId' | 'version' | 'state' | 'isPaused'>;

/** Reading jobs. Another workspace's job is null or absent. */
export type JobReads = {
  get(workspaceId: string, jobId: string): Promise<JobRecord | null>;
  /** In the order of the ids; null where there is no such job. For many at once: the cheapest question about a job. */
  versions(jobIds: readonly string[]): Promise<readonly (JobVersion | null)[]>;
  /** Those of these jobs that somebody asked to stop, and that have not yet. */
  findCancelling(jobIds: readonly string[]): Promise<readonly string[]>;
  list(filter: JobFilter): Promise<readonly JobRecord[]>;
  /** Oldest first; `after` is the number of the last attempt that is known. */
  attempts(workspaceId: string, jobId: string, page: JobEventPage): Promise<readonly JobAttempt[] | null>;
  events(workspaceId: string, jobId: string, page: JobEventPage): Promise<readonly JobEvent[] | null>;
  /** Descendants of a job in its pipeline, parents before children. */
  followUps(workspaceId: string, jobId: string): Promise<readonly FollowUp[]>;
  /** Results of the jobs of one type that succeeded in a pipeline. Ends with the signal's reason. */
  pipelineResults(input: {
    readonly workspaceId: string;
    readonly pipelineId: string;
    readonly type: JobType;
    readonly signal?: AbortSignal;
  }): Promise<readonly unknown[]>;
};
