import { DEPTH_CAP, type QueueDepth, jobTypes, priorities } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { priorityOf } from './job-columns.ts';

/**
 * Short scans of the indexes that hold living jobs only, one per type and priority, so that a million finished jobs cost
 * nothing and a million waiting ones no more than the cap. What was dispatched is within the window of its type.
 */
const DEPTHS = `
SELECT t.type, ${priorityOf('band.priority')} AS priority,
  (undispatched.waiting + coalesce(dispatched.waiting, 0))::int AS waiting, coalesce(active.running, 0)::int AS running,
  extract(epoch FROM now() - least(undispatched.oldest, dispatched.oldest))::float8 AS "oldestSeconds"
FROM unnest($1::text[]) AS t (type) CROSS JOIN unnest($2::smallint[]) AS band (priority)
CROSS JOIN LATERAL (
  SELECT count(*) AS waiting, min(run_at) AS oldest FROM (
    SELECT run_at FROM job WHERE state = 'queued' AND dispatched_at IS NULL AND type = t.type AND priority = band.priority
      AND run_at <= now() ORDER BY run_at LIMIT $3) AS due
) AS undispatched
LEFT JOIN (
  SELECT type, priority, count(*) AS waiting, min(run_at) AS oldest FROM job
  WHERE state = 'queued' AND dispatched_at IS NOT NULL GROUP BY type, priority
) AS dispatched ON dispatched.type = t.type AND dispatched.priority = band.priority
LEFT JOIN (
  SELECT type, priority, count(*) AS running FROM job WHERE state IN ('running', 'cancelling') GROUP BY type, priority
) AS active ON active.type = t.type AND active.priority = band.priority`;

/** Every type and priority, also those where nothing is to be done. Throws DatabaseError. */
export const makeQueueDepths =
  ({ sql }: { readonly sql: Pick<Sql, 'query'> }) =>
  (): Promise<readonly QueueDepth[]> =>
    sql.query<QueueDepth>(DEPTHS, [jobTypes, priorities.map((_, index) => index + 1), DEPTH_CAP]);
