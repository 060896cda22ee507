import type { JobMoves, LeaseState } from '@otklik/contracts';
import { storableJson } from '../data/storable-json.ts';
import type { Sql } from '../sql.ts';

const HEARTBEAT = `
UPDATE job SET heartbeat_at = now(), progress = coalesce($3::jsonb, progress)
WHERE id = $1 AND lease = $2 AND state IN ('running', 'cancelling') RETURNING state::text AS state`;

/** A worker that waits longer to be heard loses its jobs to others before it notices that nobody listens. */
const HEARTBEAT_WITHIN_MS = 5_000;

/** Move 4, without data. */
export const createAttemptMoves = (sql: Sql): Pick<JobMoves, 'heartbeat'> => ({
  heartbeat: async (lease, progress) => {
    const values = [lease.jobId, lease.lease, progress === undefined ? null : storableJson(progress)];
    const [row] = await sql.query<{ state: LeaseState }>(HEARTBEAT, values, {
      isIdempotent: true,
      withinMs: HEARTBEAT_WITHIN_MS,
      name: 'heartbeat',
    });
    return row?.state ?? 'fenced';
  },
});
