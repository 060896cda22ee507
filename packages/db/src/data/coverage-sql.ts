import { commentsOfPost } from './comments-of-post.ts';

/** What the statement is made for: posts of one wall ($2), or keys in two arrays ($2, $3). */
type Asked = { readonly isOfWall: boolean; readonly isSinceAsked: boolean };

/** Counted post by post, each by its range of the primary key; the time a row was first seen is read only when asked. */
export const coverageSql = ({ isOfWall, isSinceAsked }: Asked): string => {
  const since = isSinceAsked ? `count(*) FILTER (WHERE c.first_seen_at >= $${isOfWall ? 3 : 4}::timestamptz)` : '0';
  return `
WITH counted AS (
  SELECT p.comments_claimed AS claimed, s.collected, s.since, p.comments_read_at AS read_at, ${reasonOf('s.collected')} AS state
  FROM ${isOfWall ? 'post p' : 'unnest($2::int8[], $3::int8[]) AS k (owner_id, post_id) JOIN post p USING (owner_id, post_id)'}
  CROSS JOIN LATERAL (SELECT count(*) AS collected, ${since} AS since FROM (${commentsOfPost('c.first_seen_at')}) AS c) AS s
  WHERE p.workspace_id = $1 ${isOfWall ? 'AND p.owner_id = $2' : ''}
)
${SUMMED}`;
};

/** One row for each thing to blame, and one for what is complete. */
const SUMMED = `
SELECT state, count(*)::int AS posts, sum(claimed)::float8 AS claimed, sum(collected)::float8 AS collected,
  sum(greatest(claimed - collected, 0))::float8 AS missing, sum(since)::float8 AS "collectedSince",
  min(read_at) AS "oldestReadAt"
FROM counted GROUP BY state ORDER BY state`;

/**
 * What is to blame for a post `p` of which so many comments are stored; null when it is complete. Where reading was
 * complete, comments that VK did not yet count then are unread; those that it did are cut where replies were left out, else
 * unexplained.
 */
const reasonOf = (collected: string): string => `CASE
    WHEN p.read_state <> 'complete' THEN p.read_state::text
    WHEN p.comments_claimed <= ${collected} THEN NULL
    WHEN p.read_claimed > ${collected} THEN CASE WHEN p.read_threads THEN 'unexplained' ELSE 'cut' END
    ELSE 'unread' END`;

/** Comments of a post as they were counted when it was last read: none before its first reading has ended. */
const REMEMBERED = 'coalesce(p.read_collected, 0)';

/** Of a whole wall without reading its comments. Takes workspace and owner. */
export const REMEMBERED_COVERAGE = `
WITH counted AS (
  SELECT p.comments_claimed AS claimed, ${REMEMBERED} AS collected, 0 AS since, p.comments_read_at AS read_at, ${reasonOf(REMEMBERED)} AS state
  FROM post p WHERE p.workspace_id = $1 AND p.owner_id = $2
)
${SUMMED}`;

/** Posts of a wall, newest first. Takes workspace, owner, number of the post behind which to begin or null, and limit. */
export const postsSql = (isIncomplete: boolean): string => `
SELECT p.owner_id::text AS "ownerId", p.post_id::text AS "postId", p.author_key AS "authorKey", p.date, p.text,
  p.comments_claimed AS "commentsClaimed", p.can_read_comments AS "canReadComments", p.is_pinned AS "isPinned", p.likes,
  p.read_at AS "readAt", p.read_state::text AS "readState", p.read_code AS "vkCode", p.read_claimed AS "readClaimed",
  p.read_threads AS "withThreads", p.comments_read_at AS "commentsReadAt", ${REMEMBERED} AS collected, greatest(p.comments_claimed - ${REMEMBERED}, 0) AS missing,
  ${reasonOf(REMEMBERED)} AS reason
FROM post p
WHERE p.workspace_id = $1 AND p.owner_id = $2 AND p.post_id < coalesce($3::int8, 9223372036854775807)
  ${isIncomplete ? `AND ${reasonOf(REMEMBERED)} IS NOT NULL` : ''}
ORDER BY p.post_id DESC LIMIT $4`;
