import type { LevelRead, PageInput, PostRead, WallRead } from '@otklik/contracts';
import type { Tx } from '../sql.ts';
import { boolArray, int4Array, int8Array, textArray } from './array-params.ts';
import { commentsOfPost } from './comments-of-post.ts';
import { markGoneSql } from './gone-sql.ts';
import { inKeyOrder } from './key-order.ts';

/** Whether the page says of anything that it is read. */
export const bringsReads = ({ levels = [], postReads = [], wallReads = [] }: PageInput): boolean =>
  levels.length + postReads.length + wallReads.length > 0;

/**
 * What a page says about levels, posts and walls that are read. Statements of their own behind the rows of the page, in
 * its transaction: what is gone shows when all that is there is stored, and then the comments of a post are counted.
 */
export const storeReads = async (tx: Tx, { workspaceId, lease, levels = [], postReads = [], wallReads = [] }: PageInput): Promise<void> => {
  if (levels.length > 0) await tx.query(markGoneSql(), [workspaceId, ...levelParams(levels), lease.jobId]);
  if (postReads.length > 0) await tx.query(POST_READS, [workspaceId, ...postParams(postReads)]);
  if (wallReads.length > 0) await tx.query(WALL_READS, [workspaceId, ...wallParams(wallReads)]);
};

const MAX_INT8 = '9223372036854775807';

const levelParams = (levels: readonly LevelRead[]): readonly Buffer[] => {
  const present = levels.flatMap(({ ownerId, presentIds }) => presentIds.map((commentId) => ({ ownerId, commentId })));
  return [
    int8Array(levels.map((level) => level.ownerId)),
    int8Array(levels.map((level) => level.postId)),
    int8Array(levels.map((level) => level.rootId)),
    int8Array(levels.map((level) => level.afterId ?? '0')),
    int8Array(levels.map((level) => level.throughId ?? MAX_INT8)),
    int8Array(levels.map(lastOf)),
    int8Array(present.map(({ ownerId }) => ownerId)),
    int8Array(present.map(({ commentId }) => commentId)),
  ];
};

const lastOf = ({ afterId, presentIds }: LevelRead): string =>
  String(presentIds.reduce((last, id) => (BigInt(id) > last ? BigInt(id) : last), BigInt(afterId ?? 0)));

/** Takes workspace, then arrays: owners, posts, how each reading ended, codes, claimed, with threads. */
export const POST_READS = `
UPDATE post AS p SET read_at = now(), read_state = i.state::read_state, read_code = i.code, read_claimed = i.claimed, read_threads = i.threads,
  comments_read_at = CASE WHEN i.state IN ('complete', 'cut') THEN now() ELSE p.comments_read_at END,
  read_collected = (SELECT count(*) FROM (${commentsOfPost('1')}) AS c)
FROM unnest($2::int8[], $3::int8[], $4::text[], $5::int4[], $6::int4[], $7::bool[]) AS i (owner_id, post_id, state, code, claimed, threads)
WHERE p.workspace_id = $1 AND p.owner_id = i.owner_id AND p.post_id = i.post_id`;

const postParams = (reads: readonly PostRead[]): readonly Buffer[] => {
  const rows = inKeyOrder(reads, (row) => [row.ownerId, row.postId]);
  return [
    int8Array(rows.map((row) => row.ownerId)),
    int8Array(rows.map((row) => row.postId)),
    textArray(rows.map((row) => row.state)),
    int4Array(rows.map((row) => row.vkCode)),
    int4Array(rows.map((row) => row.claimed)),
    boolArray(rows.map((row) => row.withThreads)),
  ];
};

const WALL_READS = `
UPDATE wall AS w SET read_at = now(), read_state = i.state::read_state, read_code = i.code
FROM unnest($2::int8[], $3::text[], $4::int4[]) AS i (owner_id, state, code)
WHERE w.workspace_id = $1 AND w.owner_id = i.owner_id`;

const wallParams = (reads: readonly WallRead[]): readonly Buffer[] => {
  const rows = inKeyOrder(reads, (row) => [row.ownerId]);
  return [int8Array(rows.map((row) => row.ownerId)), textArray(rows.map((row) => row.state)), int4Array(rows.map((row) => row.vkCode))];
};
