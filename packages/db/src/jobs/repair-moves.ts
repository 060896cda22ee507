import {
  type CancelReason,
  type JobEventKind,
  type JobFailure,
  type JobMoves,
  type JobType,
  type RepairedJobs,
  ruleFailures,
} from '@otklik/contracts';
import type { Sql, Tx } from '../sql.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { LOST_STARTS, poisonJobs } from './poison.ts';
import { settleChildren } from './settle-children.ts';

const ALIVE = `('blocked', 'queued', 'running', 'cancelling')`;

const FIND_UNANSWERED = `
SELECT id, type FROM job WHERE state = 'cancelling' AND (heartbeat_at < now() - $1 * interval '1 millisecond'
  OR cancel_requested_at < now() - $2 * interval '1 millisecond')
ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED`;

const FIND_LOST = `
SELECT id, type, ${LOST_STARTS} + 1 >= max_starts AS "isPoison" FROM job
WHERE state = 'running' AND heartbeat_at < now() - $1 * interval '1 millisecond' ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED`;

/**
 * Sessions of ours whose client died without a word in the middle of a COPY. They hold the row of their job, so that nobody can
 * take it over, and no timeout of the server ends them: PostgreSQL heeds none while a COPY waits for its client.
 */
const END_DEAD_COPIES = `
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND state = 'active' AND wait_event = 'ClientRead'
  AND query LIKE 'COPY comment %' AND query_start < now() - $1 * interval '1 millisecond'`;

const REQUEUE_LOST = `
WITH moved AS (
  UPDATE job SET state = 'queued', lease = lease + 1, generation = generation + 1, dispatched_at = NULL,
    heartbeat_at = NULL, queued_at = now(), run_at = now(),
    waiting_for = jsonb_build_object('kind', 'dispatch', 'until', NULL, 'detail', 'Its worker vanished; it is handed to another one.')
  WHERE id = ANY($1::uuid[]) AND state = 'running' RETURNING id, workspace_id, version, starts
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('worker_lost'), data: dataSql({ attempt: 'starts' }) })}
)
UPDATE job_attempt a SET finished_at = now(), "end" = 'lost' FROM moved
WHERE a.job_id = moved.id AND a.number = moved.starts AND a."end" = 'running'`;

const FIND_EXPIRED = `
SELECT id, type FROM job WHERE state IN ('blocked', 'queued') AND starts = 0 AND expires_at <= now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`;

const FIND_OVERDUE = `
SELECT id, type FROM job WHERE state IN ${ALIVE} AND deadline_at <= now() ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`;

/** Ends whatever the job was doing; a zombie is fenced by the lease. */
const CLOSE = `
WITH moved AS (
  UPDATE job SET state = $2::job_state, lease = lease + CASE WHEN state IN ('running', 'cancelling') THEN 1 ELSE 0 END,
    error = $3::jsonb, finished_at = now(), heartbeat_at = NULL, waiting_for = NULL
  WHERE id = ANY($1::uuid[]) AND state IN ${ALIVE} RETURNING id, workspace_id, version, starts
), event AS (
  ${eventSql({
    from: 'moved',
    kind: '$5::text',
    data: dataSql({ code: `$3::jsonb->>'code'`, message: `$3::jsonb->>'message'`, reason: '$6::text' }),
  })}
)
UPDATE job_attempt a SET finished_at = now(), "end" = $4::attempt_end, error = $3::jsonb FROM moved
WHERE a.job_id = moved.id AND a.number = moved.starts AND a."end" = 'running'`;

/** A window through the blocked rows in the order of their ids; each is judged by its keys, whatever the statistics say. */
const FIND_SETTLED = `
WITH page AS MATERIALIZED (
  SELECT id FROM job WHERE state = 'blocked' AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $1
)
SELECT page.id, NOT EXISTS (
  SELECT 1 FROM job_parent q, LATERAL (SELECT state FROM job parent WHERE parent.id = q.parent_id OFFSET 0) AS parent
  WHERE q.child_id = page.id AND parent.state IN ${ALIVE}) AS "isReady",
  (SELECT q.parent_id FROM job_parent q WHERE q.child_id = page.id LIMIT 1) AS "parentId"
FROM page ORDER BY page.id`;

type Found = { readonly id: string; readonly type: JobType };
type Blocked = { readonly id: string; readonly isReady: boolean; readonly parentId: string | null };

type RepairMoves = Pick<JobMoves, 'forceCancels' | 'reclaimLost' | 'expireNotStarted' | 'passDeadlines' | 'settleBlocked'>;

/** A round that was committed unheard finds nothing left of it, and takes the next ones. */
const again = { isIdempotent: true };

/** Moves 13, 14, 16, 17, and 18 where nobody made it. Each round takes a bounded number of rows. */
export const createRepairMoves = (sql: Sql): RepairMoves => ({
  forceCancels: ({ graceMs, staleAfterMs, limit }) =>
    sql.transaction(async (tx) => {
      const rows = await tx.query<Found>(FIND_UNANSWERED, [staleAfterMs, graceMs, limit]);
      return close(tx, rows, { state: 'cancelled', attemptEnd: 'cancelled', error: null, event: 'cancelled', reason: 'unanswered' });
    }, again),
  reclaimLost: async ({ staleAfterMs, limit }) => {
    await sql.query(END_DEAD_COPIES, [staleAfterMs], again);
    return sql.transaction(async (tx) => {
      const lost = await tx.query<Found & { isPoison: boolean }>(FIND_LOST, [staleAfterMs, limit]);
      const poison = lost.filter(({ isPoison }) => isPoison);
      const others = idsOf(lost.filter(({ isPoison }) => !isPoison));
      const cancelled = await poisonJobs(tx, idsOf(poison));
      if (others.length > 0) await tx.query(REQUEUE_LOST, [others]);
      return { count: lost.length, ended: [...poison.map(({ type }) => ({ type, state: 'failed' as const })), ...cancelled] };
    }, again);
  },
  expireNotStarted: ({ limit }) =>
    sql.transaction(async (tx) => {
      const rows = await tx.query<Found>(FIND_EXPIRED, [limit]);
      return close(tx, rows, { state: 'timed_out', attemptEnd: 'timed_out', error: ruleFailures.NOT_STARTED, event: 'expired' });
    }, again),
  passDeadlines: ({ limit }) =>
    sql.transaction(async (tx) => {
      const rows = await tx.query<Found>(FIND_OVERDUE, [limit]);
      return close(tx, rows, { state: 'timed_out', attemptEnd: 'timed_out', error: ruleFailures.DEADLINE, event: 'deadline_passed' });
    }, again),
  settleBlocked: ({ limit, after }) =>
    sql.transaction(async (tx) => {
      const page = await tx.query<Blocked>(FIND_SETTLED, [limit, after]);
      const parents = page.flatMap(({ isReady, parentId }) => (isReady && parentId !== null ? [parentId] : []));
      const { moved, cancelled } = await settleChildren(tx, [...new Set(parents)]);
      return { count: moved, ended: cancelled, last: page.length === limit ? (page.at(-1)?.id ?? null) : null };
    }, again),
});

type Closing = {
  readonly state: 'cancelled' | 'timed_out';
  readonly attemptEnd: string;
  readonly error: JobFailure | null;
  readonly event: JobEventKind;
  readonly reason?: CancelReason;
};

const close = async (tx: Tx, rows: readonly Found[], { state, attemptEnd, error, event, reason }: Closing): Promise<RepairedJobs> => {
  if (rows.length === 0) return { count: 0, ended: [] };
  const ids = idsOf(rows);
  await tx.query(CLOSE, [ids, state, error === null ? null : JSON.stringify(error), attemptEnd, event, reason ?? null]);
  const { cancelled } = await settleChildren(tx, ids);
  return { count: rows.length, ended: [...rows.map(({ type }) => ({ type, state })), ...cancelled] };
};

const idsOf = (rows: readonly { readonly id: string }[]): readonly string[] => rows.map(({ id }) => id);
