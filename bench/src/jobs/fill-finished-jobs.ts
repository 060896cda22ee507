import type pg from 'pg';

/** Two weeks of a job every few seconds, done long ago. Ids sort by time, as those of the product do. */
const JOBS = `
INSERT INTO job (id, workspace_id, type, state, outcome, priority, payload, result, max_attempts, starts, max_starts, timeout_ms,
  run_at, dispatched_at, lease, version, created_at, queued_at, started_at, finished_at)
SELECT uuidv7(at - now()), $1, 'parse', 'succeeded', 'complete', 3, $3, $4, 3, 1, 8, 300000, at, at, 1, 3, at, at, at, at
FROM (SELECT now() - interval '1 hour' - n * interval '1 second' AS at FROM generate_series($2::int, 1, -1) AS n) AS moments`;

const ATTEMPTS = `
INSERT INTO job_attempt (job_id, number, workspace_id, worker, started_at, finished_at, "end")
SELECT id, 1, workspace_id, 'bench', started_at, finished_at, 'succeeded' FROM job`;

const EVENTS = `
INSERT INTO job_event (job_id, seq, workspace_id, at, kind, data)
SELECT id, seq, workspace_id, created_at, kind, data::jsonb FROM job, (VALUES
  (1, 'submitted', '{"state": "queued"}'),
  (2, 'started', '{"attempt": 1, "worker": "bench"}'),
  (3, 'succeeded', '{"attempt": 1, "outcome": "complete"}')) AS told (seq, kind, data)`;

const LOGS = `
INSERT INTO job_log (job_id, attempt, seq, workspace_id, at, level, message, fields)
SELECT id, 1, 10000, workspace_id, finished_at, 'info', 'attempt succeeded', '{"recorded": true, "durationMs": 0}' FROM job`;

const TABLES = ['job', 'job_attempt', 'job_event', 'job_log'];

/** What the product writes about each of these jobs when it does them, for so many that are done. */
export const fillFinishedJobs = async (
  client: Pick<pg.Client, 'query'>,
  {
    workspaceId,
    count,
    payload,
    result,
  }: { readonly workspaceId: string; readonly count: number; readonly payload: unknown; readonly result: unknown },
): Promise<void> => {
  await client.query(JOBS, [workspaceId, count, JSON.stringify(payload), JSON.stringify(result)]);
  for (const statement of [ATTEMPTS, EVENTS, LOGS]) await client.query(statement);
  // Else autovacuum would do it while we measure.
  for (const table of TABLES) await client.query(`VACUUM (ANALYZE) ${table}`);
};
