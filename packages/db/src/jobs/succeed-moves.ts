import type { EndOutcome, JobMoves, JobOutcome, LeaseRef } from '@otklik/contracts';
import { storableJson } from '../data/storable-json.ts';
import type { Sql } from '../sql.ts';
import { TOGETHER_WITHIN_MS, createBatchedMove } from './batched-move.ts';
import { type Ending, HAS_CHILDREN, endOne } from './end-moves.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { unnestSql } from './unnest-sql.ts';

/**
 * The same as in `end-moves.ts`, for successes alone: nothing has to be decided, which is a third less work. Jobs with follow-ups
 * are left out and end alone.
 */
const SUCCEED_TOGETHER = `
WITH plan AS (
  SELECT job.id, n.place, n.result, n.outcome FROM (
    SELECT * FROM ${unnestSql('uuid[]', 'bigint[]', 'jsonb[]', 'text[]')} WITH ORDINALITY AS n (id, lease, result, outcome, place) ORDER BY id
  ) AS n CROSS JOIN LATERAL (
    SELECT job.id FROM job WHERE job.id = n.id AND job.lease = n.lease AND state IN ('running', 'cancelling') AND NOT ${HAS_CHILDREN('job')}
    FOR NO KEY UPDATE SKIP LOCKED
  ) AS job
), moved AS (
  UPDATE job SET state = 'succeeded', result = plan.result, outcome = plan.outcome::job_outcome, error = NULL, finished_at = now(),
    heartbeat_at = NULL, waiting_for = NULL, version = version + 1
  FROM plan WHERE job.id = plan.id RETURNING job.id, job.workspace_id, job.version, job.starts, job.outcome, plan.place
), attempt AS (
  INSERT INTO job_attempt (job_id, number, workspace_id, worker, finished_at, "end")
  SELECT id, starts, workspace_id, '', now(), 'succeeded' FROM moved
  ON CONFLICT (job_id, number) DO UPDATE SET finished_at = excluded.finished_at, error = NULL, "end" = excluded."end"
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('succeeded'), data: dataSql({ attempt: 'starts', outcome: 'outcome' }) })}
)
SELECT place::int AS place FROM moved`;

const SUCCEEDED = `SELECT 1 FROM job WHERE id = $1 AND lease = $2 AND state = 'succeeded'`;

type Question = { readonly lease: LeaseRef; readonly success: { readonly result: unknown; readonly outcome: JobOutcome } };

/** Move 5. Those of a process that come together are recorded together. */
export const createSucceedMoves = (sql: Sql): Pick<JobMoves, 'succeed' | 'hasSucceeded'> => {
  const succeed = createBatchedMove<Question, EndOutcome>({
    together: (questions) => succeedAll(sql, questions),
    alone: ({ lease, success }) => sql.transaction((tx) => endOne(tx, { lease, ending: endingOf(success) })),
  });
  return {
    succeed: (lease, success) => succeed({ lease, success }),
    hasSucceeded: async ({ jobId, lease }) => (await sql.query(SUCCEEDED, [jobId, lease], { isIdempotent: true })).length > 0,
  };
};

const endingOf = (success: Question['success']): Ending => ({ to: 'succeeded', attemptEnd: 'succeeded', success });

const succeedAll = async (sql: Sql, questions: readonly Question[]): Promise<readonly (EndOutcome | undefined)[]> => {
  const columns = [
    questions.map(({ lease }) => lease.jobId),
    questions.map(({ lease }) => lease.lease),
    questions.map(({ success }) => storableJson(success.result)),
    questions.map(({ success }) => success.outcome),
  ];
  const options = { name: 'succeed_together', withinMs: TOGETHER_WITHIN_MS };
  const rows = await sql.query<{ readonly place: number }>(SUCCEED_TOGETHER, columns, options);
  const recorded = new Set(rows.map(({ place }) => place));
  return questions.map((_, index) => (recorded.has(index + 1) ? { state: 'succeeded', cancelled: [] } : undefined));
};
