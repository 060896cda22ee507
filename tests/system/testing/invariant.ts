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

/** Ids of the stored comments of a wall, as often as they are stored. */
export const storedIds = async (database: Pick<TestDatabase, 'query'>, workspace: string, ownerId: number): Promise<readonly string[]> => {
  const rows = await database.query<{ readonly id: string }>(
    `SELECT comment_id::text AS id FROM comment WHERE owner_id = $2 AND workspace_id = (SELECT id FROM workspace WHERE name = $1) ORDER BY comment_id`,
    [workspace, ownerId],
  );
  return rows.map(({ id }) => id);
};
