import { type ClaimedItem, type DispatchItem, type DispatchedItem, type JobMoves, jobTypes, priorities } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { priorityOf } from './job-columns.ts';
import { eventSql, kindSql } from './job-events.ts';
import { UNSYNCED } from './unsynced.ts';

const ITEM = `job.id AS "jobId", job.generation, job.type, ${priorityOf('job.priority')} AS priority`;

/**
 * How much of the window a priority may fill. What is kept back lets urgent jobs into a queue that others have filled:
 * they would wait there only for those that run.
 */
const SHARE = `$2::int - CASE band.priority WHEN 1 THEN 0 WHEN 2 THEN $2::int / 20 ELSE $2::int / 10 END`;

/**
 * A claim is the mark: what is about to be added counts as dispatched from here on, and the row is written once.
 *
 * One short range scan per type and priority over due rows, so that rows scheduled for later cost nothing; then the
 * most urgent ones that still fit into the window of their type. The window is counted once per type: inlined, it would
 * be counted again for each due row.
 */
const CLAIM_DISPATCH = `
WITH ${UNSYNCED}, room AS MATERIALIZED (
  SELECT t.type, (SELECT count(*) FROM (
    SELECT 1 FROM job WHERE state = 'queued' AND dispatched_at IS NOT NULL AND type = t.type LIMIT $2) AS sent) AS sent
  FROM unnest((SELECT $3::text[])) AS t (type) WHERE t.type NOT IN (SELECT p.type FROM queue_pause p)
), open AS MATERIALIZED (
  SELECT room.type, band.priority, ${SHARE} - room.sent AS free FROM room CROSS JOIN unnest((SELECT $4::smallint[])) AS band (priority)
  WHERE ${SHARE} > room.sent
), due AS (
  SELECT d.*, open.free FROM open, LATERAL (
    SELECT id, type, priority, run_at FROM job
    WHERE state = 'queued' AND dispatched_at IS NULL AND type = open.type AND priority = open.priority AND run_at <= now()
    ORDER BY run_at, id LIMIT least($1, open.free) FOR UPDATE SKIP LOCKED
  ) AS d
), ranked AS (
  SELECT id, priority, run_at, free, row_number() OVER (PARTITION BY type ORDER BY priority, run_at, id) AS place FROM due
), chosen AS (
  SELECT id, priority, run_at FROM ranked WHERE place <= free ORDER BY priority, run_at, id LIMIT $1
), claimed AS (
  UPDATE job SET dispatched_at = now() FROM chosen WHERE job.id = chosen.id
  RETURNING ${ITEM}, chosen.priority AS band, chosen.run_at AS due_at
)
SELECT "jobId", generation, type, priority, extract(epoch FROM now() - due_at)::float8 * 1000 AS "lagMs" FROM claimed, unsynced ORDER BY band, due_at, "jobId"`;

/** The generation stays: what the queue got in spite of its error may still be started. */
const RELEASE = `
UPDATE job SET dispatched_at = NULL FROM unnest($1::uuid[], $2::int[]) AS n (id, generation)
WHERE job.id = n.id AND job.generation = n.generation AND job.state = 'queued' AND job.dispatched_at IS NOT NULL`;

/** A window through the dispatched rows, longest dispatched first, whatever their type. They are no more than the windows of all types. */
const LIST = `
SELECT ${ITEM}, dispatched_at AS "dispatchedAt" FROM job
WHERE state = 'queued' AND dispatched_at IS NOT NULL AND dispatched_at < now() - $1 * interval '1 millisecond'
  AND ($3::timestamptz IS NULL OR (dispatched_at, id) > ($3, $4::uuid)) ORDER BY dispatched_at, id LIMIT $2`;

/** Move 15 for the rows that `which` names. */
const requeue = (which: string): string => `
WITH moved AS (
  UPDATE job SET dispatched_at = NULL, generation = job.generation + 1
  ${which} RETURNING job.id, job.workspace_id, job.version
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('requeued'), data: 'NULL' })}
)
SELECT id FROM moved`;

const REQUEUE_LOST = requeue(`
FROM unnest($1::uuid[], $2::int[]) AS n (id, generation)
WHERE job.id = n.id AND job.generation = n.generation AND job.state = 'queued' AND job.dispatched_at IS NOT NULL`);

const REQUEUE_ALL = requeue(`
FROM (SELECT id FROM job WHERE state = 'queued' AND dispatched_at <= $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED) AS n
WHERE job.id = n.id`);

/** A row that runs keeps its delivery: when its worker dies, the queue hands it to the next one (move 14b). */
const FIND_ORPHANS = `
SELECT n.id AS "jobId", n.generation FROM unnest($1::uuid[], $2::int[]) AS n (id, generation)
WHERE NOT EXISTS (SELECT 1 FROM job WHERE job.id = n.id AND job.generation = n.generation AND job.state IN ('queued', 'running', 'cancelling'))`;

type DispatchMoves = Pick<
  JobMoves,
  'claimDispatch' | 'releaseClaims' | 'requeueLost' | 'requeueAllDispatched' | 'listDispatched' | 'findOrphans'
>;

/** Moves 2 and 15. */
export const createDispatchMoves = (sql: Sql): DispatchMoves => ({
  claimDispatch: ({ limit, window }) =>
    sql.query<ClaimedItem>(CLAIM_DISPATCH, [limit, window, jobTypes, priorities.map((_, index) => index + 1)], { name: 'claim_dispatch' }),
  releaseClaims: async (items) => {
    await sql.query(RELEASE, columnsOf(items));
  },
  listDispatched: ({ olderThanMs, limit, after }) =>
    sql.query<DispatchedItem>(LIST, [olderThanMs, limit, after?.dispatchedAt ?? null, after?.jobId ?? null]),
  findOrphans: (items) => sql.query<Pick<DispatchItem, 'jobId' | 'generation'>>(FIND_ORPHANS, columnsOf(items)),
  requeueLost: async (items) => (await sql.query(REQUEUE_LOST, columnsOf(items))).length,
  requeueAllDispatched: async ({ before, limit }) => (await sql.query(REQUEUE_ALL, [before, limit])).length,
});

/** Sorted, so that two processes lock the same rows in the same order. */
const columnsOf = (items: readonly Pick<DispatchItem, 'jobId' | 'generation'>[]): readonly unknown[] => {
  const sorted = items.toSorted((a, b) => (a.jobId < b.jobId ? -1 : 1));
  return [sorted.map(({ jobId }) => jobId), sorted.map(({ generation }) => generation)];
};
