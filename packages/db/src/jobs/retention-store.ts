import type { RetentionStore, RetentionSweep, Swept } from '@otklik/contracts';
import type { Sql } from '../sql.ts';

/**
 * Everything here walks along ids, which begin with the time they were made: the oldest come first on the primary keys, and
 * nothing needs an index of its own. The bound by id leaves the young ones alone; whether a row is old enough is decided
 * by its own moment and the clock of the database.
 */
const CUTOFF = `now() - $1::int * interval '1 day'`;
const BOUND = `(lpad(to_hex((extract(epoch FROM ${CUTOFF}) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;

const ALIVE = `('blocked', 'queued', 'running', 'cancelling')`;

/** Results of a pipeline are read by its later jobs: none goes while one of them lives. */
const FIND_JOBS = `
WITH page AS MATERIALIZED (SELECT id, pipeline_id, finished_at FROM job WHERE id > $3::uuid AND id < ${BOUND} ORDER BY id LIMIT $2)
SELECT id, coalesce(finished_at < ${CUTOFF}, false)
  AND NOT EXISTS (SELECT 1 FROM job other WHERE other.pipeline_id = page.pipeline_id AND other.state IN ${ALIVE})
  AND NOT EXISTS (SELECT 1 FROM job_parent l JOIN job parent ON parent.id = l.parent_id
    WHERE l.child_id = page.id AND parent.state IN ${ALIVE}) AS "isOld"
FROM page ORDER BY id`;

/**
 * Asked again, since something may have come meanwhile: a replay, which is a job of the same pipeline and reads the results
 * of those that ended, or a new job that names an old one as its parent. What is still beside them goes by a trigger.
 */
const DELETE_JOBS = `
DELETE FROM job WHERE id = ANY($1::uuid[]) AND finished_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM job other WHERE other.pipeline_id = job.pipeline_id AND other.state IN ${ALIVE})
  AND NOT EXISTS (SELECT 1 FROM job_parent l JOIN job child ON child.id = l.child_id WHERE l.parent_id = job.id AND child.state IN ${ALIVE})
RETURNING 1`;

/** Of one table in one transaction, however much a job has to tell. */
const ROWS_AT_ONCE = 5_000;

/** What hangs on jobs, job by job on the primary key, whatever the statistics say. */
const deleteOf = (table: 'job_event' | 'job_log' | 'job_attempt'): string => `
DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT place FROM unnest($1::uuid[]) AS old (id),
  LATERAL (SELECT ctid AS place FROM ${table} WHERE job_id = old.id LIMIT ${ROWS_AT_ONCE}) AS of_job LIMIT ${ROWS_AT_ONCE}))
RETURNING 1`;

/** Rows of a table beside the jobs, a page in the order of its key; gone are those of the page that are old. */
const deleteBeside = (table: 'job_event' | 'job_log'): string => `
WITH page AS MATERIALIZED (
  SELECT ctid AS place, job_id, seq, at FROM ${table}
  WHERE (job_id, seq) > ($3::uuid, $4::int) AND job_id < ${BOUND} ORDER BY job_id, seq LIMIT $2
), gone AS (
  DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT place FROM page WHERE at < ${CUTOFF})) RETURNING 1
)
SELECT (SELECT count(*)::int FROM gone) AS deleted, count(*)::int AS looked,
  (SELECT job_id || ' ' || seq FROM page ORDER BY job_id DESC, seq DESC LIMIT 1) AS last FROM page`;

const DELETE_RECORDS = `
WITH page AS MATERIALIZED (
  SELECT ctid AS place, job_id FROM idempotency_record WHERE job_id > $3::uuid AND job_id < ${BOUND} ORDER BY job_id LIMIT $2
), gone AS (
  DELETE FROM idempotency_record WHERE ctid = ANY (ARRAY(SELECT place FROM page)) AND created_at < ${CUTOFF} RETURNING 1
)
SELECT (SELECT count(*)::int FROM gone) AS deleted, count(*)::int AS looked,
  (SELECT job_id::text FROM page ORDER BY job_id DESC LIMIT 1) AS last FROM page`;

/** Their lines go along. A list that never was finished counts from when it was begun. */
const DELETE_LISTS = `
WITH page AS MATERIALIZED (SELECT id FROM target_list WHERE id > $3::uuid AND id < ${BOUND} ORDER BY id LIMIT $2), gone AS (
  DELETE FROM target_list WHERE id = ANY (ARRAY(SELECT id FROM page)) AND last_used_at < ${CUTOFF} RETURNING 1
)
SELECT (SELECT count(*)::int FROM gone) AS deleted, count(*)::int AS looked, (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) AS last FROM page`;

/** A wait is told twice: when it begins, and when the next attempt does. */
const EVENTS_OF_ATTEMPT = 2;

/** Only what says nothing about the job: failures, losses and how it ended stay, whatever their number. */
const TRIM = `
WITH page AS MATERIALIZED (
  SELECT id, starts FROM job WHERE starts > 20 AND starts > $1::int AND state IN ${ALIVE} AND id > $3::uuid ORDER BY id LIMIT $2
), attempts AS (
  DELETE FROM job_attempt WHERE ctid = ANY (ARRAY(SELECT old.place FROM page, LATERAL (
    SELECT ctid AS place FROM job_attempt a
    WHERE a.job_id = page.id AND a.number <= page.starts - $1 AND a."end" IN ('waited', 'yielded')
    ORDER BY a.number LIMIT ${ROWS_AT_ONCE}) AS old LIMIT ${ROWS_AT_ONCE})) RETURNING 1
), events AS (
  DELETE FROM job_event WHERE ctid = ANY (ARRAY(SELECT old.place FROM page, LATERAL (
    SELECT seq FROM job_event e WHERE e.job_id = page.id ORDER BY seq DESC OFFSET $1 * ${EVENTS_OF_ATTEMPT} LIMIT 1) AS newest, LATERAL (
    SELECT ctid AS place FROM job_event e
    WHERE e.job_id = page.id AND e.seq <= newest.seq AND e.kind IN ('started', 'waited', 'woken', 'yielded')
    ORDER BY e.seq LIMIT ${ROWS_AT_ONCE}) AS old LIMIT ${ROWS_AT_ONCE})) RETURNING 1
), gone AS (SELECT (SELECT count(*)::int FROM attempts) AS attempts, (SELECT count(*)::int FROM events) AS events)
SELECT gone.attempts + gone.events AS deleted, greatest(gone.attempts, gone.events) >= ${ROWS_AT_ONCE} AS "isFull",
  (SELECT count(*)::int FROM page) AS looked, (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) AS last FROM gone`;

const FIRST = '00000000-0000-0000-0000-000000000000';

type Counted = {
  readonly deleted: number;
  readonly looked: number;
  readonly last: string | null;
  /** There is more of those that were looked at. */
  readonly isFull?: boolean;
};
type Judged = { readonly id: string; readonly isOld: boolean };

/** A sweep that was committed unheard finds less, and no harm is done. */
const again = { isIdempotent: true };

export const createRetentionStore = (sql: Sql): RetentionStore => {
  const count = async (text: string, { keep, limit, after }: RetentionSweep, place: readonly unknown[]): Promise<Swept> => {
    const [row] = await sql.query<Counted>(text, [keep, limit, ...place], again);
    if (row?.isFull === true) return { deleted: row.deleted, last: after ?? FIRST };
    return { deleted: row?.deleted ?? 0, last: row?.looked === limit ? row.last : null };
  };
  const beside =
    (table: 'job_event' | 'job_log') =>
    (sweep: RetentionSweep): Promise<Swept> => {
      const [jobId = FIRST, seq = '0'] = sweep.after?.split(' ') ?? [];
      return count(deleteBeside(table), sweep, [jobId, Number(seq)]);
    };
  return {
    jobs: (sweep) => sweepJobs(sql, sweep),
    events: beside('job_event'),
    logs: beside('job_log'),
    idempotency: (sweep) => count(DELETE_RECORDS, sweep, [sweep.after ?? FIRST]),
    attempts: (sweep) => count(TRIM, sweep, [sweep.after ?? FIRST]),
    lists: (sweep) => count(DELETE_LISTS, sweep, [sweep.after ?? FIRST]),
  };
};

/** A page of jobs; where they have much to tell, that goes first, page by page of its own, and they go with a later sweep. */
const sweepJobs = async (sql: Sql, { keep, limit, after }: RetentionSweep): Promise<Swept> => {
  const page = await sql.query<Judged>(FIND_JOBS, [keep, limit, after ?? FIRST], again);
  const old = page.flatMap(({ id, isOld }) => (isOld ? [id] : []));
  for (const table of ['job_event', 'job_log', 'job_attempt'] as const) {
    const gone = await sql.query(deleteOf(table), [old], again);
    if (gone.length >= ROWS_AT_ONCE) return { deleted: 0, last: after ?? FIRST };
  }
  const gone = await sql.query(DELETE_JOBS, [old], again);
  return { deleted: gone.length, last: page.length === limit ? (page.at(-1)?.id ?? null) : null };
};
