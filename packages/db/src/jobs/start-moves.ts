import type { JobMoves, StartedJob, StartOutcome, StartRequest } from '@otklik/contracts';
import type { Sql, Tx } from '../sql.ts';
import { TOGETHER_WITHIN_MS, createBatchedMove } from './batched-move.ts';
import { unnestSql } from './unnest-sql.ts';
import { isTypePaused, startedColumns } from './job-columns.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { NEXT_LEASE } from './next-lease.ts';
import { resumeUnheard } from './resume-unheard.ts';
import { LOST_STARTS, poisonJobs } from './poison.ts';
import { UNSYNCED } from './unsynced.ts';

/**
 * Each row is looked up by its id, whatever the statistics say: a join would now and then read all that is queued. Locked
 * in the order of the ids, or two statements would wait for each other's locks.
 */
const start = (lock: string): string => `
WITH ${UNSYNCED}, due AS (
  SELECT job.id, n.place, n.worker FROM (
    SELECT * FROM ${unnestSql('uuid[]', 'int[]', 'text[]')} WITH ORDINALITY AS n (id, generation, worker, place) ORDER BY id
  ) AS n CROSS JOIN LATERAL (
    SELECT job.id FROM job WHERE job.id = n.id AND job.generation = n.generation AND state = 'queued' AND NOT ${isTypePaused('job')}
      AND (starts > 0 OR expires_at IS NULL OR expires_at > now()) AND (deadline_at IS NULL OR deadline_at > now())
    FOR NO KEY UPDATE ${lock}
  ) AS job
), moved AS (
  UPDATE job SET state = 'running', lease = ${NEXT_LEASE}, starts = starts + 1, version = version + 1, heartbeat_at = now(),
    started_at = coalesce(started_at, now()), waiting_for = NULL
  FROM due WHERE job.id = due.id RETURNING job.*, due.place, due.worker
), attempt AS (
  INSERT INTO job_attempt (job_id, number, workspace_id, worker) SELECT id, starts, workspace_id, worker FROM moved
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('started'), data: dataSql({ attempt: 'starts', worker: 'worker' }) })}
)
SELECT place::int AS place, ${startedColumns('moved')} FROM moved, unsynced`;

const START_TOGETHER = start('SKIP LOCKED');
const START_ALONE = start('');

const LOOK = `
SELECT state::text AS state, generation, starts, max_starts AS "maxStarts", ${LOST_STARTS} AS "lostStarts",
  ceil($2 - extract(epoch FROM now() - heartbeat_at) * 1000)::int AS "staleInMs", ${isTypePaused('job')} AS "isPaused"
FROM job WHERE id = $1 FOR UPDATE`;

/** Back to the dispatcher, who leaves it alone until the queue is resumed. */
const GIVE_BACK = `
WITH moved AS (
  UPDATE job SET generation = generation + 1, dispatched_at = NULL
  WHERE id = $1 AND state = 'queued' RETURNING id, workspace_id, version
)
${eventSql({ from: 'moved', kind: kindSql('held_back'), data: 'NULL' })}`;

const TAKE_OVER = `
WITH moved AS (
  UPDATE job SET lease = ${NEXT_LEASE}, starts = starts + 1, heartbeat_at = now() WHERE id = $1 RETURNING *
), lost AS (
  UPDATE job_attempt a SET finished_at = now(), "end" = 'lost' FROM moved
  WHERE a.job_id = moved.id AND a.number = moved.starts - 1 AND a."end" = 'running'
), attempt AS (
  INSERT INTO job_attempt (job_id, number, workspace_id, worker) SELECT id, starts, workspace_id, $2 FROM moved
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('taken_over'), data: dataSql({ attempt: 'starts', worker: '$2::text' }) })}
)
SELECT ${startedColumns('moved')} FROM moved`;

type Seen = {
  readonly state: string;
  readonly generation: number;
  readonly starts: number;
  readonly maxStarts: number;
  readonly lostStarts: number;
  /** null: nobody runs it. */
  readonly staleInMs: number | null;
  readonly isPaused: boolean;
};

/** Moves 3, 3b and 14b. Those of a process that come together start together. */
export const createStartMoves = (sql: Sql): Pick<JobMoves, 'start'> => ({
  start: createBatchedMove<StartRequest, StartOutcome>({
    together: (requests) => startAll(sql, { text: START_TOGETHER, name: 'start_together' }, requests),
    alone: async (request) => {
      const [started] = await startAll(sql, { text: START_ALONE }, [request]);
      return started ?? sql.transaction((tx) => takeOver(tx, request));
    },
  }),
});

const startAll = async (
  sql: Sql,
  { text, ...options }: { readonly text: string; readonly name?: string },
  requests: readonly StartRequest[],
): Promise<readonly (StartOutcome | undefined)[]> => {
  const columns = [requests.map(({ jobId }) => jobId), requests.map(({ generation }) => generation), requests.map(({ worker }) => worker)];
  const rows = await sql.query<StartedJob & { place: number }>(text, columns, { ...options, withinMs: TOGETHER_WITHIN_MS });
  const started = new Map(rows.map(({ place, ...job }) => [place, job]));
  return requests.map((_, index) => {
    const job = started.get(index + 1);
    return job && { kind: 'started', job };
  });
};

/** The queue delivered again what somebody is running: taken only from a worker that fell silent. */
const takeOver = async (tx: Tx, { jobId, generation, worker, staleAfterMs, isRepeat = false }: StartRequest): Promise<StartOutcome> => {
  const [seen] = await tx.query<Seen>(LOOK, [jobId, staleAfterMs]);
  if (seen === undefined) return { kind: 'dropped', reason: 'missing' };
  if (seen.generation !== generation) return { kind: 'dropped', reason: 'old-generation' };
  const own = isRepeat && seen.state === 'running' ? await resumeUnheard(tx, jobId, worker) : undefined;
  if (own !== undefined) return { kind: 'started', job: own };
  if (seen.state === 'cancelling') return { kind: 'dropped', reason: 'held' };
  if (seen.isPaused && (seen.state === 'queued' || seen.state === 'running')) return leavePaused(tx, jobId, seen);
  // Still queued, and yet not started: its time to begin, or to be done, is over.
  if (seen.state === 'queued') return { kind: 'dropped', reason: 'too-late' };
  if (seen.state !== 'running') return { kind: 'dropped', reason: 'not-queued' };
  if (seen.staleInMs === null || seen.staleInMs > 0) return { kind: 'held', staleInMs: seen.staleInMs ?? staleAfterMs };
  if (seen.lostStarts + 1 >= seen.maxStarts) return { kind: 'poisoned', cancelled: await poisonJobs(tx, [jobId]) };
  const [job] = await tx.query<StartedJob>(TAKE_OVER, [jobId, worker]);
  return job === undefined ? { kind: 'dropped', reason: 'missing' } : { kind: 'started', job };
};

/** Nothing begins: what waits is given back, and what its worker left behind is the reconciler's (move 14). */
const leavePaused = async (tx: Tx, jobId: string, { state }: Seen): Promise<StartOutcome> => {
  if (state === 'queued') await tx.query(GIVE_BACK, [jobId]);
  return { kind: 'dropped', reason: 'paused' };
};
