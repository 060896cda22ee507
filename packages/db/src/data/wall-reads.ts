import type { Coverage, WallReads, WallRow } from '@otklik/contracts';
import type { LongReads } from '../long-reads.ts';
import type { Sql, Tx } from '../sql.ts';

const WALL = `SELECT owner_id::text AS "ownerId", kind::text AS kind, name, screen_name AS "screenName" FROM wall WHERE workspace_id = $1 AND owner_id = $2`;

/** Counted post by post, each by its range of the primary key; the time a row was first seen is read only when asked. */
const coverageSql = (isSinceAsked: boolean): string => `
SELECT count(*)::int AS posts, coalesce(sum(p.comments_claimed), 0)::float8 AS claimed, coalesce(sum(s.collected), 0)::float8 AS collected,
  coalesce(sum(greatest(p.comments_claimed - s.collected, 0)), 0)::float8 AS missing, coalesce(sum(s.since), 0)::float8 AS "collectedSince"
FROM post p CROSS JOIN LATERAL (
  SELECT count(*) AS collected, ${isSinceAsked ? 'count(*) FILTER (WHERE c.first_seen_at >= $4::timestamptz)' : '0'} AS since
  FROM comment c WHERE c.workspace_id = $1 AND c.kind = 'wall' AND c.owner_id = $2 AND c.object_id = p.post_id
) AS s
WHERE p.workspace_id = $1 AND p.owner_id = $2 AND ($3::int8[] IS NULL OR p.post_id = ANY($3))`;

const NOTHING: Coverage = { posts: 0, claimed: 0, collected: 0, missing: 0, collectedSince: 0 };

export const createWallReads = ({ sql, reads }: { readonly sql: Pick<Sql, 'query'>; readonly reads: LongReads }): WallReads => ({
  wallByOwner: async ({ workspaceId, ownerId }) => (await sql.query<WallRow>(WALL, [workspaceId, ownerId]))[0] ?? null,
  coverage: async ({ workspaceId, ownerId, postIds, newSince, signal }) => {
    const values = [workspaceId, ownerId, postIds ?? null, ...(newSince === undefined ? [] : [newSince])];
    const text = coverageSql(newSince !== undefined);
    const ask = async (tx: Tx): Promise<Coverage> => (await tx.query<Coverage>(text, values))[0] ?? NOTHING;
    // A whole wall may hold millions of rows, which takes longer than a request may wait.
    if (postIds === undefined) return reads.snapshot(ask, signal);
    return (await sql.query<Coverage>(text, values, { signal }))[0] ?? NOTHING;
  },
});
