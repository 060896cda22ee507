import type { JobMoves, JobRecord, LeaseState, StartOutcome, StartRequest } from '@otklik/contracts';
import { storableJson } from '../data/storable-json.ts';
import type { Sql, Tx } from '../sql.ts';
import { isTypePaused, jobColumns } from './job-columns.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { LOST_STARTS, poisonJobs } from './poison.ts';

const START = `
WITH moved AS (
  UPDATE job SET state = 'running', lease = lease + 1, starts = starts + 1, heartbeat_at = now(),
    started_at = coalesce(started_at, now()), waiting_for = NULL, dispatch_claim_until = NULL
  WHERE id = $1 AND generation = $2 AND state = 'queued'
    AND (starts > 0 OR expires_at IS NULL OR expires_at > now()) AND (deadline_at IS NULL OR deadline_at > now())
    AND NOT ${isTypePaused('job')}
  RETURNING *
), attempt AS (
  INSERT INTO job_attempt (job_id, number, workspace_id, worker) SELECT id, starts, workspace_id, $3 FROM moved
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('started'), data: dataSql({ attempt: 'starts', worker: '$3::text' }) })}
)
SELECT ${jobColumns('moved')} FROM moved`;

const LOOK = `
SELECT state::text AS state, generation, starts, max_starts AS "maxStarts", ${LOST_STARTS} AS "lostStarts",
  heartbeat_at < now() - $2 * interval '1 millisecond' AS "isStale", ${isTypePaused('job')} AS "isPaused"
FROM job WHERE id = $1 FOR UPDATE`;

/** Back to the dispatcher, who leaves it alone until the queue is resumed. */
const GIVE_BACK = `
WITH moved AS (
  UPDATE job SET generation = generation + 1, dispatched_at = NULL, dispatch_claim_until = NULL
  WHERE id = $1 AND state = 'queued' RETURNING id, workspace_id, version
)
${eventSql({ from: 'moved', kind: kindSql('held_back'), data: 'NULL' })}`;

const TAKE_OVER = `
WITH moved AS (
  UPDATE job SET lease = lease + 1, starts = starts + 1, heartbeat_at = now() WHERE id = $1 RETURNING *
), lost AS (
  UPDATE job_attempt a SET finished_at = now(), "end" = 'lost' FROM moved
  WHERE a.job_id = moved.id AND a.number = moved.starts - 1 AND a."end" = 'running'
), attempt AS (
  INSERT INTO job_attempt (job_id, number, workspace_id, worker) SELECT id, starts, workspace_id, $2 FROM moved
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('taken_over'), data: dataSql({ attempt: 'starts', worker: '$2::text' }) })}
)
SELECT ${jobColumns('moved')} FROM moved`;

const HEARTBEAT = `
UPDATE job SET heartbeat_at = now(), progress = coalesce($3::jsonb, progress)
WHERE id = $1 AND lease = $2 AND state IN ('running', 'cancelling') RETURNING state::text AS state`;

/** A worker that waits longer to be heard loses its jobs to others before it notices that nobody listens. */
const HEARTBEAT_WITHIN_MS = 5_000;

type Seen = {
  readonly state: string;
  readonly generation: number;
  readonly starts: number;
  readonly maxStarts: number;
  readonly lostStarts: number;
  readonly isStale: boolean | null;
  readonly isPaused: boolean;
};

/** Moves 3, 3b, 4 and 14b. */
export const createAttemptMoves = (sql: Sql): Pick<JobMoves, 'start' | 'heartbeat'> => ({
  start: async (request) => {
    const [job] = await sql.query<JobRecord>(START, [request.jobId, request.generation, request.worker]);
    return job === undefined ? sql.transaction((tx) => takeOver(tx, request)) : { kind: 'started', job };
  },
  heartbeat: async (lease, progress) => {
    const values = [lease.jobId, lease.lease, progress === undefined ? null : storableJson(progress)];
    const [row] = await sql.query<{ state: LeaseState }>(HEARTBEAT, values, { isIdempotent: true, withinMs: HEARTBEAT_WITHIN_MS });
    return row?.state ?? 'fenced';
  },
});

/** The queue delivered again what somebody is running: taken only from a worker that fell silent. */
const takeOver = async (tx: Tx, { jobId, generation, worker, staleAfterMs }: StartRequest): Promise<StartOutcome> => {
  const [seen] = await tx.query<Seen>(LOOK, [jobId, staleAfterMs]);
  if (seen === undefined) return { kind: 'dropped', reason: 'missing' };
  if (seen.generation !== generation) return { kind: 'dropped', reason: 'old-generation' };
  if (seen.state === 'cancelling') return { kind: 'dropped', reason: 'held' };
  if (seen.isPaused && (seen.state === 'queued' || seen.state === 'running')) return leavePaused(tx, jobId, seen);
  // Still queued, and yet not started: its time to begin, or to be done, is over.
  if (seen.state === 'queued') return { kind: 'dropped', reason: 'too-late' };
  if (seen.state !== 'running') return { kind: 'dropped', reason: 'not-queued' };
  if (seen.isStale !== true) return { kind: 'dropped', reason: 'held' };
  if (seen.lostStarts + 1 >= seen.maxStarts) return { kind: 'poisoned', cancelled: await poisonJobs(tx, [jobId]) };
  const [job] = await tx.query<JobRecord>(TAKE_OVER, [jobId, worker]);
  return job === undefined ? { kind: 'dropped', reason: 'missing' } : { kind: 'started', job };
};

/** Nothing begins: what waits is given back, and what its worker left behind is the reconciler's (move 14). */
const leavePaused = async (tx: Tx, jobId: string, { state }: Seen): Promise<StartOutcome> => {
  if (state === 'queued') await tx.query(GIVE_BACK, [jobId]);
  return { kind: 'dropped', reason: 'paused' };
};
