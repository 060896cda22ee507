import type { Coverage, LossReason, PostRow, PostView, ReadState, WallReads, WallRow, WallView } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { REMEMBERED_COVERAGE, postsSql } from './coverage-sql.ts';

/** Sums over the posts with one thing to blame. */
export type CoveragePart = Omit<Coverage, 'reasons'> & { readonly state: LossReason | null; readonly oldestReadAt: Date | null };

type ReadRow = { readonly readAt: Date | null; readonly readState: ReadState | null; readonly vkCode: number | null };
type WallRecord = WallRow & ReadRow & { readonly firstSeenAt: Date };
type PostRecord = PostRow &
  ReadRow & {
    readonly readClaimed: number | null;
    readonly withThreads: boolean | null;
    readonly commentsReadAt: Date | null;
    readonly collected: number;
    readonly missing: number;
    readonly reason: LossReason | null;
  };

const COLUMNS = `owner_id::text AS "ownerId", kind::text AS kind, name, screen_name AS "screenName", first_seen_at AS "firstSeenAt",
  read_at AS "readAt", read_state::text AS "readState", read_code AS "vkCode"`;
const WALLS = `SELECT ${COLUMNS} FROM wall WHERE workspace_id = $1 AND owner_id > coalesce($2::int8, '-9223372036854775808') ORDER BY owner_id LIMIT $3`;
const WALL = `SELECT ${COLUMNS} FROM wall WHERE workspace_id = $1 AND owner_id = $2`;

/** Walls and posts as readers get them. */
export const createWallViews = (sql: Pick<Sql, 'query'>): Pick<WallReads, 'listWalls' | 'wallInDetail' | 'listPosts'> => ({
  listWalls: async ({ workspaceId, after, limit }) => (await sql.query<WallRecord>(WALLS, [workspaceId, after, limit])).map(toWall),
  wallInDetail: async ({ workspaceId, ownerId }) => {
    const [record] = await sql.query<WallRecord>(WALL, [workspaceId, ownerId]);
    if (record === undefined) return null;
    const parts = await sql.query<CoveragePart>(REMEMBERED_COVERAGE, [workspaceId, ownerId]);
    const { collectedSince: _, ...coverage } = coverageOf(parts);
    return { wall: toWall(record), coverage: { ...coverage, oldestReadAt: oldestOf(parts) } };
  },
  listPosts: async ({ workspaceId, ownerId, isIncomplete = false, after, limit }) =>
    (await sql.query<PostRecord>(postsSql(isIncomplete), [workspaceId, ownerId, after, limit])).map(toPost),
});

export const coverageOf = (parts: readonly CoveragePart[]): Coverage => {
  const sum = (key: Exclude<keyof CoveragePart, 'state' | 'oldestReadAt'>): number => parts.reduce((total, part) => total + part[key], 0);
  return {
    posts: sum('posts'),
    claimed: sum('claimed'),
    collected: sum('collected'),
    missing: sum('missing'),
    collectedSince: sum('collectedSince'),
    reasons: parts.flatMap(({ state, posts, missing }) => (state === null ? [] : [{ state, posts, missing }])),
  };
};

const oldestOf = (parts: readonly CoveragePart[]): Date | null => {
  const times = parts.flatMap(({ oldestReadAt }) => (oldestReadAt === null ? [] : [oldestReadAt.getTime()]));
  return times.length === 0 ? null : new Date(Math.min(...times));
};

const readOf = ({ readAt, readState, vkCode }: ReadRow) =>
  readAt === null || readState === null ? null : { at: readAt, state: readState, vkCode };

const toWall = ({ readAt, readState, vkCode, ...wall }: WallRecord): WallView => ({ ...wall, read: readOf({ readAt, readState, vkCode }) });

const toPost = ({ readAt, readState, vkCode, readClaimed, withThreads, ...post }: PostRecord): PostView => {
  const read = readOf({ readAt, readState, vkCode });
  return { ...post, read: read === null ? null : { ...read, claimed: readClaimed ?? 0, withThreads: withThreads ?? false } };
};
