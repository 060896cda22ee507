/**
 * First part of every write under a lease: `held` has the job's state as its only row, or none when the lease is old,
 * the job has ended or belongs to another workspace. The row stays locked until commit, so nobody can start a newer
 * attempt in between. What follows must select FROM held, so that nothing is written when it is empty.
 * Takes $1 job, $2 lease, $3 workspace, $4 checkpoint, $5 progress.
 */
export const HELD = `
held AS (
  UPDATE job SET heartbeat_at = now(), checkpoint = $4::jsonb, progress = $5::jsonb,
    slow_ends = CASE WHEN slow_ends = 0 THEN 0 WHEN checkpoint = $4::jsonb THEN slow_ends ELSE 0 END
  WHERE id = $1 AND lease = $2 AND workspace_id = $3 AND state IN ('running', 'cancelling')
  RETURNING state::text AS state
)`;

/** The same for writes that leave checkpoint and progress as they are. Takes $1 job, $2 lease, $3 workspace. */
export const HELD_AS_IT_IS = `
held AS (
  UPDATE job SET heartbeat_at = now()
  WHERE id = $1 AND lease = $2 AND workspace_id = $3 AND state IN ('running', 'cancelling')
  RETURNING state::text AS state
)`;
