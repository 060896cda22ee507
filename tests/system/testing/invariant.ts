import type { TestDatabase } from '@otklik/testing';

/** Older attempts that only waited may have been trimmed: RETENTION_WAITS. */
const KEPT = 100;

const STUCK = `
SELECT id, type, state::text AS state, starts, (SELECT count(*)::int FROM job_attempt a WHERE a.job_id = job.id) AS attempts,
  (SELECT count(*)::int FROM job_attempt a WHERE a.job_id = job.id AND a."end" = 'running') AS open
FROM job WHERE state NOT IN ('succeeded', 'failed', 'timed_out', 'cancelled')
  OR least(starts, ${KEPT}) <> (SELECT count(*) FROM job_attempt a WHERE a.job_id = job.id AND a.number > job.starts - ${KEPT})
  OR EXISTS (SELECT 1 FROM job_attempt a WHERE a.job_id = job.id AND a."end" = 'running')`;

/** After a fault is over and its jobs have run: rows that are not at rest, or whose attempts do not add up. */
export const findUnsettled = (database: Pick<TestDatabase, 'query'>): Promise<readonly unknown[]> => database.query(STUCK);

/** All that people and machines are told about jobs, as one text. */
const TOLD = `
SELECT coalesce(string_agg(told, ' '), '') AS told FROM (
  SELECT l::text AS told FROM job_log l UNION ALL SELECT e::text FROM job_event e UNION ALL SELECT a::text FROM job_attempt a
  UNION ALL SELECT concat(j.error, j.progress, j.waiting_for, j.result, j.checkpoint) FROM job j) AS all_of_it`;

/** Shorter texts may stand anywhere by chance. */
const MIN_LENGTH = 15;

/** Those of the secrets and texts of comments that stand in what is told about jobs. */
export const findLeaks = async (database: Pick<TestDatabase, 'query'>, hidden: readonly string[]): Promise<readonly string[]> => {
  const rows = await database.query<{ readonly told: string }>(TOLD);
  return hidden.filter((text) => text.length >= MIN_LENGTH && rows.some(({ told }) => told.includes(text)));
};

/** Ids of the stored comments of a wall, as often as they are stored. */
export const storedIds = async (database: Pick<TestDatabase, 'query'>, workspace: string, ownerId: number): Promise<readonly string[]> => {
  const rows = await database.query<{ readonly id: string }>(
    `SELECT comment_id::text AS id FROM comment WHERE owner_id = $2 AND workspace_id = (SELECT id FROM workspace WHERE name = $1) ORDER BY comment_id`,
    [workspace, ownerId],
  );
  return rows.map(({ id }) => id);
};
