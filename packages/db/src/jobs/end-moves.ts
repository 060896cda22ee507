import type { AttemptEnd, EndOutcome, JobFailure, JobMoves, JobOutcome, JobState, LeaseRef, WaitingFor } from '@otklik/contracts';
import { storableJson, storableText } from '../data/storable-json.ts';
import type { Sql, Tx } from '../sql.ts';
import { TOGETHER_WITHIN_MS, createBatchedMove } from './batched-move.ts';
import { waitingSql } from './job-columns.ts';
import { dataSql, eventSql } from './job-events.ts';
import { settleChildren } from './settle-children.ts';
import { keepSlowEnd, slowEndsOf } from './slow-ends.ts';
import { mayHaveMissedTokens } from './token-wait-moves.ts';
import { unnestSql } from './unnest-sql.ts';

/** How one of the moves 5 to 10 and 12 ends an attempt. */
export type Ending = {
  readonly to: JobState;
  readonly attemptEnd: AttemptEnd;
  /** The attempt is spent by it. */
  readonly error?: JobFailure;
  readonly success?: { readonly result: unknown; readonly outcome: JobOutcome };
  readonly wait?: { readonly kind: WaitingFor['kind']; readonly ms: number; readonly detail: string };
};

type Question = { readonly lease: LeaseRef; readonly ending: Ending };

type Ended = { readonly place: number; readonly state: JobState; readonly hasChildren: boolean };

const QUESTIONS = unnestSql('uuid[]', 'bigint[]', 'text[]', 'text[]', 'jsonb[]', 'jsonb[]', 'text[]', 'text[]', 'float8[]', 'text[]');

/** Whether a row `j` has follow-ups that its end settles. */
export const HAS_CHILDREN = (j: string): string => `EXISTS (SELECT 1 FROM job_parent WHERE parent_id = ${j}.id)`;

/** An end is told by its state, another turn by what ended this one. */
const KIND = `CASE WHEN state <> 'queued' THEN state::text
  WHEN attempt_end IN ('failed', 'timed_out') THEN 'attempt_' || attempt_end ELSE attempt_end END`;

/** A success has little to say. */
const DATA = `CASE WHEN state = 'succeeded' THEN ${dataSql({ attempt: 'starts', outcome: 'outcome' })} ELSE ${dataSql({
  attempt: 'starts',
  waitsFor: `waiting_for->>'kind'`,
  until: `waiting_for->>'until'`,
  code: `told->>'code'`,
  message: `told->>'message'`,
  reason: `CASE WHEN state = 'cancelled' THEN 'stopped' END`,
})} END`;

type Scope = {
  /** Further conditions for the row. */
  readonly which: string;
  readonly lock: string;
  readonly hasChildren: string;
};

/** Until a job looks again that waits for a token, where its attempt may not have seen a change of them. */
const SOON_MS = 5_000;
const WAIT_MS = `least(n.wait_ms, CASE WHEN n.wait_kind = 'token' AND ${mayHaveMissedTokens('job')} THEN ${SOON_MS} END)`;

/**
 * The row decides: a cancel that came first makes everything but a success a cancel, a used-up budget makes a retry the
 * end that its attempt had. `job` is read as it was, `plan` says what it becomes. Each row is looked up by its id, whatever
 * the statistics say, and locked in the order of the ids, or two statements would wait for each other's locks. The attempt is
 * there since the start: inserting it again is the one way to have it looked up by its key in every plan.
 */
const end = ({ which, lock, hasChildren }: Scope): string => `
WITH plan AS (
  SELECT job.id, n.place, starts, job.state = 'cancelling' AND n.next <> 'succeeded' AS is_cancel, n.attempt_end, n.error, n.result,
    n.outcome, n.wait_kind, n.detail, now() + ${WAIT_MS} * interval '1 millisecond' AS until,
    CASE WHEN job.state = 'cancelling' AND n.next <> 'succeeded' THEN 'cancelled'
      WHEN n.next = 'queued' AND n.error IS NOT NULL AND attempts_spent + 1 >= max_attempts THEN n.attempt_end
      ELSE n.next END AS next
  FROM (
    SELECT * FROM ${QUESTIONS} WITH ORDINALITY AS n (id, lease, next, attempt_end, error, result, outcome, wait_kind, wait_ms, detail, place)
    ORDER BY id
  ) AS n CROSS JOIN LATERAL (
    SELECT job.id, job.workspace_id, state, starts, attempts_spent, max_attempts FROM job WHERE job.id = n.id AND job.lease = n.lease
      AND (state = 'cancelling' OR state = 'running' AND n.next <> 'cancelled') ${which}
    FOR NO KEY UPDATE ${lock}
  ) AS job
), moved AS (
  UPDATE job SET
    state = plan.next::job_state,
    attempts_spent = attempts_spent + CASE WHEN is_cancel OR plan.error IS NULL THEN 0 ELSE 1 END,
    error = CASE WHEN next IN ('failed', 'timed_out') THEN plan.error END,
    result = CASE WHEN next = 'succeeded' THEN plan.result END,
    outcome = CASE WHEN next = 'succeeded' THEN plan.outcome::job_outcome END,
    finished_at = CASE WHEN next <> 'queued' THEN now() END,
    heartbeat_at = NULL,
    version = version + 1,
    generation = generation + CASE WHEN next = 'queued' THEN 1 ELSE 0 END,
    dispatched_at = CASE WHEN next = 'queued' THEN NULL ELSE dispatched_at END,
    queued_at = CASE WHEN next = 'queued' THEN now() ELSE queued_at END,
    run_at = CASE WHEN next = 'queued' THEN until ELSE run_at END,
    waiting_for = CASE WHEN next = 'queued' THEN ${waitingSql({ kind: 'wait_kind', until: 'until', detail: 'detail' })} END
  FROM plan WHERE job.id = plan.id
  RETURNING job.id, job.workspace_id, job.version, job.state, job.outcome, job.waiting_for, plan.place, plan.starts,
    CASE WHEN is_cancel THEN 'cancelled' ELSE attempt_end END AS attempt_end, CASE WHEN NOT is_cancel THEN plan.error END AS told
), attempt AS (
  INSERT INTO job_attempt (job_id, number, workspace_id, worker, finished_at, error, "end")
  SELECT id, starts, workspace_id, '', now(), told, attempt_end::attempt_end FROM moved
  ON CONFLICT (job_id, number) DO UPDATE SET finished_at = excluded.finished_at, error = excluded.error, "end" = excluded."end"
), event AS (
  ${eventSql({ from: 'moved', kind: KIND, data: DATA })}
)
SELECT place::int AS place, state::text AS state, ${hasChildren} AS "hasChildren" FROM moved`;

/** Follow-ups are settled in the transaction of the end: jobs that have some end alone. */
const END_TOGETHER = end({ which: `AND NOT ${HAS_CHILDREN('job')}`, lock: 'SKIP LOCKED', hasChildren: 'false' });
const END_ALONE = end({ which: '', lock: '', hasChildren: HAS_CHILDREN('moved') });

type EndMoves = Pick<JobMoves, 'fail' | 'retry' | 'wait' | 'slowEnds' | 'yieldTurn' | 'timeOut' | 'finishCancel'>;

/** Moves 6 to 10 and 12, with 18 in the same transaction. Those of a process that come together end together. */
export const createEndMoves = (sql: Sql): EndMoves => {
  const move = createBatchedMove<Question, EndOutcome>({
    together: (questions) => endAll(sql, questions),
    alone: (question) => sql.transaction((tx) => endOne(tx, question)),
  });
  const endWith = (lease: LeaseRef, ending: Ending): Promise<EndOutcome> => move({ lease, ending });

  return {
    fail: (lease, error) => endWith(lease, { to: 'failed', attemptEnd: 'failed', error }),
    retry: (lease, { error, delayMs }) =>
      endWith(lease, { to: 'queued', attemptEnd: 'failed', error, wait: { kind: 'retry', ms: delayMs, detail: error.message } }),
    wait: (lease, { kind, waitMs, detail, tooLate }) => {
      const ending: Ending = { to: 'queued', attemptEnd: 'waited', wait: { kind, ms: waitMs, detail } };
      return tooLate === undefined ? endWith(lease, ending) : sql.transaction((tx) => endSlow(tx, { lease, ending }, tooLate));
    },
    slowEnds: (lease) => slowEndsOf(sql, lease),
    yieldTurn: (lease) => endWith(lease, { to: 'queued', attemptEnd: 'yielded', wait: YIELDED }),
    timeOut: (lease, { error, delayMs }) =>
      endWith(lease, { to: 'queued', attemptEnd: 'timed_out', error, wait: { kind: 'retry', ms: delayMs, detail: error.message } }),
    finishCancel: (lease) => endWith(lease, { to: 'cancelled', attemptEnd: 'cancelled' }),
  };
};

const YIELDED = { kind: 'turn', ms: 0, detail: 'Gave its turn back and goes on as soon as a worker is free.' } as const;

const endAll = async (sql: Sql, questions: readonly Question[]): Promise<readonly (EndOutcome | undefined)[]> => {
  const rows = await sql.query<Ended>(END_TOGETHER, columnsOf(questions), { name: 'end_together', withinMs: TOGETHER_WITHIN_MS });
  const states = new Map(rows.map(({ place, state }) => [place, state]));
  return questions.map((_, index) => {
    const state = states.get(index + 1);
    return state && { state, cancelled: [] };
  });
};

/** Decides one end by itself, waits for a lock where it must, and settles the follow-ups. Also of a success (move 5). */
export const endOne = async (tx: Tx, question: Question): Promise<EndOutcome> => {
  const [ended] = await tx.query<Ended>(END_ALONE, columnsOf([question]));
  if (ended === undefined) return { state: null, cancelled: [] };
  const settles = ended.state !== 'queued' && ended.hasChildren;
  return { state: ended.state, cancelled: settles ? (await settleChildren(tx, [question.lease.jobId])).cancelled : [] };
};

/** Rare, and so alone: what was too late stays with the attempt that did not fail by it. */
const endSlow = async (tx: Tx, question: Question, tooLate: JobFailure): Promise<EndOutcome> => {
  const ended = await endOne(tx, question);
  if (ended.state === 'queued') await keepSlowEnd(tx, question.lease.jobId, tooLate);
  return ended;
};

const columnsOf = (questions: readonly Question[]): readonly unknown[] => [
  questions.map(({ lease }) => lease.jobId),
  questions.map(({ lease }) => lease.lease),
  questions.map(({ ending }) => ending.to),
  questions.map(({ ending }) => ending.attemptEnd),
  questions.map(({ ending }) => (ending.error === undefined ? null : storableJson(ending.error))),
  questions.map(({ ending }) => (ending.success === undefined ? null : storableJson(ending.success.result))),
  questions.map(({ ending }) => ending.success?.outcome ?? null),
  questions.map(({ ending }) => ending.wait?.kind ?? null),
  questions.map(({ ending }) => ending.wait?.ms ?? 0),
  questions.map(({ ending }) => storableText(ending.wait?.detail ?? null)),
];
