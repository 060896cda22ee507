import type {
  AttemptEnd,
  EndOutcome,
  JobEventKind,
  JobFailure,
  JobMoves,
  JobOutcome,
  JobState,
  LeaseRef,
  WaitingFor,
} from '@otklik/contracts';
import { storableJson, storableText } from '../data/storable-json.ts';
import type { Sql } from '../sql.ts';
import { waitingSql } from './job-columns.ts';
import { dataSql, eventSql } from './job-events.ts';
import { settleChildren } from './settle-children.ts';

/** How one of the moves 5 to 10 and 12 ends an attempt. */
type Ending = {
  readonly to: JobState;
  /** Where the job goes instead when this failure was the last that its budget allows. */
  readonly toWhenSpent?: JobState;
  readonly from: readonly JobState[];
  readonly attemptEnd: AttemptEnd;
  readonly spends: boolean;
  readonly error?: JobFailure;
  readonly success?: { readonly result: unknown; readonly outcome: JobOutcome };
  readonly wait?: { readonly kind: WaitingFor['kind']; readonly ms: number; readonly detail: string };
};

type Ended = { readonly state: JobState; readonly hasChildren: boolean };

/** An end is told by its state, another turn by what ended this one. */
const KIND = `CASE WHEN state <> 'queued' THEN state::text ELSE $14::text END`;

const DATA = dataSql({
  attempt: 'starts',
  waitsFor: `waiting_for->>'kind'`,
  until: `waiting_for->>'until'`,
  code: `CASE WHEN NOT is_cancel THEN $8::jsonb->>'code' END`,
  message: `CASE WHEN NOT is_cancel THEN $8::jsonb->>'message' END`,
  outcome: 'outcome',
  reason: `CASE WHEN state = 'cancelled' THEN 'stopped' END`,
});

/**
 * The row decides: a cancel that came first makes everything but a success a cancel, a used-up budget makes a retry
 * the end. `job` is read as it was, `plan` says what it becomes.
 */
const END = `
WITH plan AS (
  SELECT id, starts, state = 'cancelling' AND $4 <> 'succeeded' AS is_cancel,
    CASE WHEN state = 'cancelling' AND $4 <> 'succeeded' THEN 'cancelled'
      WHEN $5::text IS NOT NULL AND attempts_spent + 1 >= max_attempts THEN $5
      ELSE $4 END AS next
  FROM job WHERE id = $1 AND lease = $2 AND state = ANY($3::job_state[]) FOR UPDATE
), moved AS (
  UPDATE job SET
    state = plan.next::job_state,
    attempts_spent = attempts_spent + CASE WHEN is_cancel OR NOT $7 THEN 0 ELSE 1 END,
    error = CASE WHEN next IN ('failed', 'timed_out') THEN $8::jsonb END,
    result = CASE WHEN next = 'succeeded' THEN $9::jsonb END,
    outcome = CASE WHEN next = 'succeeded' THEN $10::job_outcome END,
    finished_at = CASE WHEN next <> 'queued' THEN now() END,
    heartbeat_at = NULL,
    generation = generation + CASE WHEN next = 'queued' THEN 1 ELSE 0 END,
    dispatched_at = CASE WHEN next = 'queued' THEN NULL ELSE dispatched_at END,
    dispatch_claim_until = NULL,
    queued_at = CASE WHEN next = 'queued' THEN now() ELSE queued_at END,
    run_at = CASE WHEN next = 'queued' THEN now() + $12 * interval '1 millisecond' ELSE run_at END,
    waiting_for = CASE WHEN next = 'queued'
      THEN ${waitingSql({ kind: '$11::text', until: `now() + $12 * interval '1 millisecond'`, detail: '$13::text' })} END
  FROM plan WHERE job.id = plan.id 
  RETURNING job.id, job.workspace_id, job.version, job.state, job.outcome, job.waiting_for, plan.starts, plan.is_cancel
), attempt AS (
  UPDATE job_attempt a SET finished_at = now(), error = CASE WHEN is_cancel THEN NULL ELSE $8::jsonb END,
    "end" = CASE WHEN is_cancel THEN 'cancelled' ELSE $6 END::attempt_end
  FROM moved WHERE a.job_id = moved.id AND a.number = moved.starts
), event AS (
  ${eventSql({ from: 'moved', kind: KIND, data: DATA })}
)
SELECT state::text AS state, EXISTS (SELECT 1 FROM job_parent WHERE parent_id = moved.id) AS "hasChildren" FROM moved`;

/** What is told of an attempt after which the job gets another turn. */
const turnKinds: Partial<Record<AttemptEnd, JobEventKind>> = {
  failed: 'attempt_failed',
  timed_out: 'attempt_timed_out',
  waited: 'waited',
  yielded: 'yielded',
};

type EndMoves = Pick<JobMoves, 'succeed' | 'fail' | 'retry' | 'wait' | 'yieldTurn' | 'timeOut' | 'finishCancel'>;

/** Moves 5 to 10 and 12, with 18 in the same transaction. */
export const createEndMoves = (sql: Sql): EndMoves => {
  const end = (lease: LeaseRef, ending: Ending): Promise<EndOutcome> =>
    sql.transaction(async (tx) => {
      const [ended] = await tx.query<Ended>(END, valuesOf(lease, ending));
      if (ended === undefined) return { state: null, cancelled: [] };
      const settles = ended.state !== 'queued' && ended.hasChildren;
      return { state: ended.state, cancelled: settles ? (await settleChildren(tx, [lease.jobId])).cancelled : [] };
    });
  const requeue = (lease: LeaseRef, ending: Omit<Ending, 'to' | 'from'>): Promise<EndOutcome> =>
    end(lease, { ...ending, to: 'queued', from: ['running', 'cancelling'] });

  return {
    succeed: (lease, success) =>
      end(lease, { to: 'succeeded', from: ['running', 'cancelling'], attemptEnd: 'succeeded', spends: false, success }),
    fail: (lease, error) => end(lease, { to: 'failed', from: ['running', 'cancelling'], attemptEnd: 'failed', spends: true, error }),
    retry: (lease, { error, delayMs }) =>
      requeue(lease, {
        toWhenSpent: 'failed',
        attemptEnd: 'failed',
        spends: true,
        error,
        wait: { kind: 'retry', ms: delayMs, detail: error.message },
      }),
    wait: (lease, { kind, waitMs, detail }) =>
      requeue(lease, {
        attemptEnd: 'waited',
        spends: false,
        wait: { kind, ms: waitMs, detail },
      }),
    yieldTurn: (lease) =>
      requeue(lease, {
        attemptEnd: 'yielded',
        spends: false,
        wait: { kind: 'turn', ms: 0, detail: 'Gave its turn back and goes on as soon as a worker is free.' },
      }),
    timeOut: (lease, { error, delayMs }) =>
      requeue(lease, {
        toWhenSpent: 'timed_out',
        attemptEnd: 'timed_out',
        spends: true,
        error,
        wait: { kind: 'retry', ms: delayMs, detail: error.message },
      }),
    finishCancel: (lease) => end(lease, { to: 'cancelled', from: ['cancelling'], attemptEnd: 'cancelled', spends: false }),
  };
};

const valuesOf = ({ jobId, lease }: LeaseRef, ending: Ending): readonly unknown[] => [
  jobId,
  lease,
  ending.from,
  ending.to,
  ending.toWhenSpent ?? null,
  ending.attemptEnd,
  ending.spends,
  ending.error === undefined ? null : storableJson(ending.error),
  ending.success === undefined ? null : storableJson(ending.success.result),
  ending.success?.outcome ?? null,
  ending.wait?.kind ?? null,
  ending.wait?.ms ?? 0,
  storableText(ending.wait?.detail ?? null),
  turnKinds[ending.attemptEnd] ?? null,
];
