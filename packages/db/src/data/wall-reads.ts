import type { KnownPost, WallReads, WallRow } from '@otklik/contracts';
import type { LongReads } from '../long-reads.ts';
import type { Sql } from '../sql.ts';
import { int8Array } from './array-params.ts';
import { coverageSql } from './coverage-sql.ts';
import { type CoveragePart, coverageOf, createWallViews } from './wall-views.ts';

const WALL = `SELECT owner_id::text AS "ownerId", kind::text AS kind, name, screen_name AS "screenName" FROM wall WHERE workspace_id = $1 AND owner_id = $2`;

const KNOWN_POSTS = `
SELECT post_id::text AS "postId", read_at AS "readAt", read_claimed AS claimed, read_state::text AS state, read_threads AS "withThreads",
  coalesce(read_collected, 0) AS collected
FROM post WHERE workspace_id = $1 AND owner_id = $2 AND post_id = ANY($3::int8[]) AND read_at IS NOT NULL`;

export const createWallReads = ({ sql, reads }: { readonly sql: Pick<Sql, 'query'>; readonly reads: LongReads }): WallReads => ({
  ...createWallViews(sql),
  wallByOwner: async ({ workspaceId, ownerId, signal }) => (await sql.query<WallRow>(WALL, [workspaceId, ownerId], { signal }))[0] ?? null,
  knownPosts: ({ workspaceId, ownerId, postIds, signal }) =>
    sql.query<KnownPost>(KNOWN_POSTS, [workspaceId, ownerId, int8Array(postIds)], { signal }),
  coverage: async ({ workspaceId, newSince, signal, ...of }) => {
    const isOfWall = 'ownerId' in of;
    const text = coverageSql({ isOfWall, isSinceAsked: newSince !== undefined });
    const values = [workspaceId, ...(isOfWall ? [of.ownerId] : keyParams(of.keys)), ...(newSince === undefined ? [] : [newSince])];
    // A whole wall may hold millions of rows, which takes longer than a request may wait.
    if (isOfWall) return coverageOf(await reads.snapshot((tx) => tx.query<CoveragePart>(text, values), signal));
    return coverageOf(await sql.query<CoveragePart>(text, values, { signal }));
  },
});

const keyParams = (keys: readonly { readonly ownerId: string; readonly postId: string }[]): readonly Buffer[] => [
  int8Array(keys.map(({ ownerId }) => ownerId)),
  int8Array(keys.map(({ postId }) => postId)),
];
