/**
 * Marks as deleted what VK no longer lists in stretches that it listed completely. Text and author are kept.
 *
 * Roots are looked for by the range of the primary key that a stretch covers; replies through the index of threads, as
 * the numbers of the replies of one thread lie scattered over the whole post. A root that is gone takes all its replies
 * along. A row that somebody changes at the same time was seen by them: it moves away from its place and is left alone.
 * So is a row behind all that VK listed which was first seen after the job had begun: another job has read it later.
 *
 * Takes $1 workspace; the stretches in $2 owners, $3 posts, $4 roots (null: top level), $5 and $6 the numbers between
 * which they lie, $7 the last that VK listed; what is present in $8 owners, $9 numbers; $10 the job.
 */
export const markGoneSql = (): string => `
WITH stretch AS MATERIALIZED (
  SELECT * FROM unnest($2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[])
    AS s (owner_id, object_id, root_id, after_id, through_id, last_id)
),
present AS MATERIALIZED (SELECT * FROM unnest($8::int8[], $9::int8[]) AS p (owner_id, comment_id)),
begun AS MATERIALIZED (SELECT started_at FROM job WHERE id = $10),
roots AS MATERIALIZED (
  SELECT s.owner_id, s.object_id, c.comment_id, c.place FROM stretch s CROSS JOIN LATERAL (
    SELECT r.comment_id, r.first_seen_at, r.ctid AS place FROM comment r
    WHERE r.workspace_id = $1::uuid AND r.kind = 'wall' AND r.owner_id = s.owner_id AND r.object_id = s.object_id
      AND r.comment_id > s.after_id AND r.comment_id <= s.through_id AND r.parent_id IS NULL AND r.is_gone IS NULL
    ORDER BY r.comment_id
  ) AS c WHERE s.root_id IS NULL AND ${isAbsent}
),
replies AS MATERIALIZED (
  SELECT c.place FROM stretch s CROSS JOIN LATERAL (
    ${repliesOf('s.root_id', 'AND r.comment_id > s.after_id AND r.comment_id <= s.through_id')}
  ) AS c WHERE ${isAbsent}
),
threads AS MATERIALIZED (SELECT c.place FROM roots s CROSS JOIN LATERAL (${repliesOf('s.comment_id')}) AS c)
UPDATE comment SET is_gone = true, deleted_at = coalesce(deleted_at, now())
WHERE ctid = ANY (ARRAY(SELECT place FROM roots UNION SELECT place FROM replies UNION SELECT place FROM threads))`;

const isAbsent = `(s.owner_id, c.comment_id) NOT IN (SELECT p.owner_id, p.comment_id FROM present p)
    AND (c.comment_id <= s.last_id OR c.first_seen_at < (SELECT started_at FROM begun))`;

/**
 * Conditions in the form of `(…) IS TRUE` are kept from choosing an index: without statistics PostgreSQL would take the
 * primary key, which matches more columns, and read the whole post for each thread.
 */
const repliesOf = (root: string, range = ''): string => `
    SELECT r.comment_id, r.first_seen_at, r.ctid AS place FROM comment r
    WHERE r.owner_id = s.owner_id AND r.thread_id = ${root} AND r.parent_id IS NOT NULL ${range} AND r.is_gone IS NULL
      AND (r.workspace_id = $1::uuid AND r.kind = 'wall' AND r.object_id = s.object_id) IS TRUE
    ORDER BY r.comment_id`;
