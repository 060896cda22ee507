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

/** Asked again under the lock: a replay may just have got a follow-up that hangs on it. What is beside them goes by a trigger. */
const DELETE_JOBS = `
DELETE FROM job WHERE id = ANY($1::uuid[]) AND finished_at IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM job_parent l JOIN job child ON child.id = l.child_id WHERE l.parent_id = job.id AND child.state IN ${ALIVE})
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

/** Of one job in one sweep; a job that waits ten times a second makes fewer between two of them. */
const TRIMMED_AT_ONCE = 1_000;

/** Only what says nothing about the job: failures, losses and how it ended stay, whatever their number. */
const TRIM_ATTEMPTS = `
WITH page AS MATERIALIZED (
  SELECT id, starts FROM job WHERE starts > 20 AND starts > $1::int AND state IN ${ALIVE} AND id > $3::uuid ORDER BY id LIMIT $2
), gone AS (
  DELETE FROM job_attempt WHERE ctid = ANY (ARRAY(SELECT old.place FROM page, LATERAL (
    SELECT ctid AS place FROM job_attempt a
    WHERE a.job_id = page.id AND a.number <= page.starts - $1 AND a."end" IN ('waited', 'yielded')
    ORDER BY a.number LIMIT ${TRIMMED_AT_ONCE}) AS old)) RETURNING 1
)
SELECT (SELECT count(*)::int FROM gone) AS deleted, count(*)::int AS looked,
  (SELECT id::text FROM page ORDER BY id DESC LIMIT 1) AS last FROM page`;

const FIRST = '00000000-0000-0000-0000-000000000000';

type Counted = { readonly deleted: number; readonly looked: number; readonly last: string | null };
type Judged = { readonly id: string; readonly isOld: boolean };

/** A sweep that was committed unheard finds less, and no harm is done. */
const again = { isIdempotent: true };

export const createRetentionStore = (sql: Sql): RetentionStore => {
  const count = async (text: string, { keep, limit }: RetentionSweep, place: readonly unknown[]): Promise<Swept> => {
    const [row] = await sql.query<Counted>(text, [keep, limit, ...place], again);
    return { deleted: row?.deleted ?? 0, last: row?.looked === limit ? row.last : null };
  };
  const beside =
    (table: 'job_event' | 'job_log') =>
    (sweep: RetentionSweep): Promise<Swept> => {
      const [jobId = FIRST, seq = '0'] = sweep.after?.split(' ') ?? [];
      return count(deleteBeside(table), sweep, [jobId, Number(seq)]);
    };
  return {
    jobs: ({ keep, limit, after }) =>
      sql.transaction(async (tx) => {
        const page = await tx.query<Judged>(FIND_JOBS, [keep, limit, after ?? FIRST]);
        const old = page.flatMap(({ id, isOld }) => (isOld ? [id] : []));
        const gone = await tx.query(DELETE_JOBS, [old]);
        return { deleted: gone.length, last: page.length === limit ? (page.at(-1)?.id ?? null) : null };
      }, again),
    events: beside('job_event'),
    logs: beside('job_log'),
    idempotency: (sweep) => count(DELETE_RECORDS, sweep, [sweep.after ?? FIRST]),
    attempts: (sweep) => count(TRIM_ATTEMPTS, sweep, [sweep.after ?? FIRST]),
  };
};
