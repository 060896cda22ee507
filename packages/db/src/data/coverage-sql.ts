/** What the statement is made for: posts of one wall ($2), or keys in two arrays ($2, $3). */
type Asked = { readonly isOfWall: boolean; readonly isSinceAsked: boolean };

/**
 * One row for each thing to blame, and one for what is complete. Counted post by post, each by its range of the primary
 * key; the time a row was first seen is read only when asked. Takes the workspace in $1, and the time behind the posts.
 */
export const coverageSql = ({ isOfWall, isSinceAsked }: Asked): string => `
WITH counted AS (
  SELECT p.comments_claimed AS claimed, s.collected, s.since, ${reasonOf('s.collected')} AS state
  FROM ${isOfWall ? 'post p' : 'unnest($2::int8[], $3::int8[]) AS k (owner_id, post_id) JOIN post p USING (owner_id, post_id)'}
  CROSS JOIN LATERAL (
    SELECT count(*) AS collected, ${isSinceAsked ? `count(*) FILTER (WHERE c.first_seen_at >= $${isOfWall ? 3 : 4}::timestamptz)` : '0'} AS since
    FROM comment c WHERE c.workspace_id = $1 AND c.kind = 'wall' AND c.owner_id = p.owner_id AND c.object_id = p.post_id
      AND c.is_gone IS NOT TRUE
  ) AS s
  WHERE p.workspace_id = $1 ${isOfWall ? 'AND p.owner_id = $2' : ''}
)
SELECT state, count(*)::int AS posts, sum(claimed)::float8 AS claimed, sum(collected)::float8 AS collected,
  sum(greatest(claimed - collected, 0))::float8 AS missing, sum(since)::float8 AS "collectedSince"
FROM counted GROUP BY state ORDER BY state`;

/**
 * What is to blame for a post `p` of which so many comments are stored; null when it is complete. Where reading was
 * complete, comments that VK did not yet count then are unread, and those that it did are unexplained.
 */
export const reasonOf = (collected: string): string => `CASE
    WHEN p.read_state <> 'complete' THEN p.read_state::text
    WHEN p.comments_claimed <= ${collected} THEN NULL
    WHEN p.read_claimed > ${collected} THEN 'unexplained' ELSE 'unread' END`;
