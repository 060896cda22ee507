import { type CollectedTotals, JOBS_COUNTED_MAX, type JobCount, type StatsReads } from '@otklik/contracts';
import type { Sql } from '../sql.ts';

/** The totals are kept by triggers on what they count; walls are few enough to be counted by their key. */
export const COLLECTED = `
SELECT (SELECT count(*) FROM wall WHERE workspace_id = $1)::float8 AS walls, t.posts, t.authors, t.comments,
  t.comments_deleted AS "commentsDeleted", t.comments_claimed AS "commentsClaimed",
  (SELECT finished_at FROM job WHERE workspace_id = $1 AND state = 'succeeded' AND type = 'parse' ORDER BY id DESC LIMIT 1)
    AS "lastCollectedAt"
FROM (
  SELECT ${['posts', 'authors', 'comments', 'comments_deleted', 'comments_claimed'].map((name) => `coalesce(sum(${name}), 0)::float8 AS ${name}`).join(', ')}
  FROM collected_total WHERE workspace_id = $1
) AS t`;

/** State by state, because the index has them in this order: each is read from its newest job on, in the index alone. */
export const JOBS = `
SELECT s.state::text AS state, j.type, count(*)::int AS jobs
FROM unnest(enum_range(NULL::job_state)) AS s (state) CROSS JOIN LATERAL (
  SELECT type FROM job WHERE workspace_id = $1 AND state = s.state ORDER BY id DESC LIMIT $2
) AS j GROUP BY s.state, j.type`;

/** Reads that cost the same for ten comments and for ten million. */
export const createStatsReads = ({ query }: Pick<Sql, 'query'>): StatsReads => ({
  collected: async (workspaceId) => {
    const [row] = await query<CollectedTotals>(COLLECTED, [workspaceId], { isIdempotent: true });
    return row ?? NOTHING;
  },
  jobs: (workspaceId) => query<JobCount>(JOBS, [workspaceId, JOBS_COUNTED_MAX], { isIdempotent: true }),
});

const NOTHING: CollectedTotals = {
  walls: 0,
  posts: 0,
  authors: 0,
  comments: 0,
  commentsDeleted: 0,
  commentsClaimed: 0,
  lastCollectedAt: null,
};
