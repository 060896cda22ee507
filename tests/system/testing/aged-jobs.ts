import type { TestDatabase } from '@otklik/testing';

/** Finished jobs of long ago, with the label `old`. */
export const addOldJobs = async (database: Pick<TestDatabase, 'query'>, count: number): Promise<void> => {
  await database.query(
    `INSERT INTO job (id, workspace_id, type, state, priority, payload, labels, max_attempts, max_starts, timeout_ms, created_at, finished_at)
    SELECT (lpad(to_hex(((extract(epoch FROM now()) - 8640000 + n) * 1000)::bigint), 12, '0') || '70008000' || substr(md5(random()::text), 1, 12))::uuid,
      (SELECT id FROM workspace LIMIT 1), 'parse', 'succeeded', 3, '{}', '{old}', 3, 8, 1000, now() - interval '99 days', now() - interval '99 days'
    FROM generate_series(1, $1::int) AS n`,
    [count],
  );
};

/** Makes one of the waiting jobs look as if a worker had begun it and fallen silent long ago. */
export const loseAWorker = async (database: Pick<TestDatabase, 'query'>): Promise<void> => {
  await database.query(`
    WITH lost AS (
      UPDATE job SET state = 'running', lease = lease + 1, starts = starts + 1, heartbeat_at = now() - interval '1 hour'
      WHERE id = (SELECT id FROM job WHERE state = 'queued' ORDER BY id DESC LIMIT 1) RETURNING id, starts, workspace_id
    )
    INSERT INTO job_attempt (job_id, number, workspace_id, worker) SELECT id, starts, workspace_id, 'lost' FROM lost`);
};
