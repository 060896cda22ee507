import { HELD } from './lease-sql.ts';

/** What a page brings beside comments. What it does not bring is left out: to plan for nothing takes time, too. */
export type PageParts = { readonly hasWalls: boolean; readonly hasAuthors: boolean; readonly hasPosts: boolean };

/**
 * One statement for a whole page: the lease, then walls, authors, posts and comments, each sent as arrays.
 *
 * Each table is asked first whether the row is there unchanged. ON CONFLICT alone would lock such a row, which writes to
 * its page and to the log; collecting a wall again is mostly such rows. The question is a subquery and no join, so the
 * rows keep the order in which they were sent: two pages that overlap lock them in the same order and can't deadlock.
 * Comments are asked only when the first or last one of their post is known: in a post that was never read, asking costs
 * a tenth of the time and always hears no.
 */
export const storePageSql = (parts: PageParts): string => {
  const { ctes, next } = around(parts);
  return `
WITH ${ctes.join(', ')},
again AS MATERIALIZED (
  SELECT e.owner_id, e.object_id FROM ${postEnds(next)}
  WHERE EXISTS (${commentAt(keyOf('e', 'first_id'))}) OR EXISTS (${commentAt(keyOf('e', 'last_id'))})
),
stored_comments AS (${comments(next + 4)} RETURNING (xmax = 0) AS "isNew")
SELECT (SELECT state FROM held) AS state,
  (count(*) FILTER (WHERE "isNew"))::int AS inserted, (count(*) FILTER (WHERE NOT "isNew"))::int AS updated
FROM stored_comments`;
};

/** The same without comments. No row: fenced. */
export const storeAroundSql = (parts: PageParts): string => `
WITH ${around(parts).ctes.join(', ')}
SELECT state, 0 AS inserted, 0 AS updated FROM held`;

/**
 * The stored comments of posts between the first and the last one of a page, at most so many of a post. Takes workspace,
 * four arrays as `postEnds` has them, and the limit. Sorted, because only the primary key has that order: see `commentAt`.
 */
export const knownCommentsSql = (): string => `
SELECT e.owner_id::text AS "ownerId", e.object_id::text AS "postId", ARRAY(
  SELECT c.comment_id::text FROM comment c
  WHERE c.workspace_id = $1::uuid AND c.kind = 'wall' AND c.owner_id = e.owner_id AND c.object_id = e.object_id
    AND c.comment_id >= e.first_id AND c.comment_id <= e.last_id
  ORDER BY c.comment_id LIMIT $6
) AS "commentIds"
FROM ${postEnds(2)}`;

/** In the order of `copyLines`. */
export const COPY_COMMENTS = `COPY comment (workspace_id, kind, owner_id, object_id, comment_id, author_key, parent_id, thread_id, reply_to_id, date,
  text, likes, attachments, deleted_at) FROM STDIN`;

const same = (a: string, b: string, columns: readonly string[]): string =>
  columns.map((column) => `${a}.${column} IS NOT DISTINCT FROM ${b}.${column}`).join(' AND ');

const takeFrom = (columns: readonly string[]): string => columns.map((column) => `${column} = excluded.${column}`).join(', ');

const FIRST_AFTER_HELD = 6;

/** `next`: the number of the first parameter that is still free. */
const around = ({ hasWalls, hasAuthors, hasPosts }: PageParts): { readonly ctes: readonly string[]; readonly next: number } => {
  const ctes = [HELD];
  let next = FIRST_AFTER_HELD;
  for (const { isThere, name, columns, sql } of [
    { isThere: hasWalls, name: 'stored_walls', columns: 4, sql: walls },
    { isThere: hasAuthors, name: 'stored_authors', columns: 4, sql: authors },
    { isThere: hasPosts, name: 'stored_posts', columns: 9, sql: posts },
  ]) {
    if (!isThere) continue;
    ctes.push(`${name} AS (${sql(next)})`);
    next += columns;
  }
  return { ctes, next };
};

/** `$6::int8[], $7::text[]`: one parameter for each type, from this one on. */
const arrays = (first: number, types: readonly string[]): string => types.map((type, index) => `$${first + index}::${type}[]`).join(', ');

const wallColumns = ['kind', 'name', 'screen_name'];
const walls = (first: number): string => `
  INSERT INTO wall AS w (workspace_id, owner_id, kind, name, screen_name)
  SELECT $3, i.* FROM held, unnest($${first}::int8[], $${first + 1}::text[]::wall_kind[], ${arrays(first + 2, ['text', 'text'])})
    AS i (owner_id, kind, name, screen_name)
  WHERE (SELECT ${same('s', 'i', wallColumns)} FROM wall s WHERE s.workspace_id = $3 AND s.owner_id = i.owner_id) IS NOT TRUE
  ON CONFLICT (workspace_id, owner_id) DO UPDATE SET ${takeFrom(wallColumns)} WHERE NOT (${same('w', 'excluded', wallColumns)})`;

const authorColumns = ['name', 'screen_name', 'deactivated'];
const authors = (first: number): string => `
  INSERT INTO author AS a (workspace_id, author_key, name, screen_name, deactivated)
  SELECT $3, i.* FROM held, unnest(${arrays(first, ['text', 'text', 'text', 'text'])}) AS i (author_key, name, screen_name, deactivated)
  WHERE (SELECT ${same('s', 'i', authorColumns)} FROM author s WHERE s.workspace_id = $3 AND s.author_key = i.author_key) IS NOT TRUE
  ON CONFLICT (workspace_id, author_key) DO UPDATE SET ${takeFrom(authorColumns)} WHERE NOT (${same('a', 'excluded', authorColumns)})`;

const postColumns = ['author_key', 'date', 'text', 'comments_claimed', 'can_read_comments', 'is_pinned', 'likes'];
const postTypes = ['int8', 'int8', 'text', 'timestamptz', 'text', 'int4', 'bool', 'bool', 'int4'];
const posts = (first: number): string => `
  INSERT INTO post AS p (workspace_id, owner_id, post_id, ${postColumns.join(', ')})
  SELECT $3, i.* FROM held, unnest(${arrays(first, postTypes)})
    AS i (owner_id, post_id, ${postColumns.join(', ')})
  WHERE (SELECT ${same('s', 'i', postColumns)} FROM post s
    WHERE s.workspace_id = $3 AND s.owner_id = i.owner_id AND s.post_id = i.post_id) IS NOT TRUE
  ON CONFLICT (workspace_id, owner_id, post_id) DO UPDATE SET ${takeFrom(postColumns)} WHERE NOT (${same('p', 'excluded', postColumns)})`;

/** Posts of a page with the first and the last of its comments there, in four parameters from this one on. */
const postEnds = (first: number): string =>
  `unnest(${arrays(first, ['int8', 'int8', 'int8', 'int8'])}) AS e (owner_id, object_id, first_id, last_id)`;

type KeySql = { readonly owner: string; readonly object: string; readonly comment: string };

const keyOf = (row: string, comment = 'comment_id'): KeySql => ({
  owner: `${row}.owner_id`,
  object: `${row}.object_id`,
  comment: `${row}.${comment}`,
});

/**
 * The stored comment with this key. Asked as "the first one from there on", because only the primary key has that order:
 * without statistics, as in the first minutes of an installation, PostgreSQL takes an equal match on the index by time
 * for just as good and reads through the whole workspace for each row.
 */
const commentAt = ({ owner, object, comment }: KeySql): string => `
  SELECT * FROM (
    SELECT * FROM comment WHERE (workspace_id, kind, owner_id, object_id, comment_id) >= ($3::uuid, 'wall', ${owner}, ${object}, ${comment})
    ORDER BY workspace_id, kind, owner_id, object_id, comment_id LIMIT 1
  ) AS f WHERE f.workspace_id = $3::uuid AND f.kind = 'wall' AND f.owner_id = ${owner} AND f.object_id = ${object} AND f.comment_id = ${comment}`;

const shownColumns = ['author_key', 'parent_id', 'thread_id', 'reply_to_id', 'date', 'likes'];
const contentColumns = ['text', 'attachments'];
const liveColumns = [...shownColumns, ...contentColumns];

/**
 * Whether storing `b` over `a` would change nothing: what VK shows is not gone. A stub says little, what it doesn't say is kept; so
 * is what a comment says of which VK shows no text to this token: another one may have read it.
 */
const unchanged = (a: string, b: string): string => `${a}.is_gone IS NULL AND CASE WHEN ${b}.deleted_at IS NULL
    THEN ${a}.deleted_at IS NULL AND ${same(a, b, shownColumns)} AND (${b}.text IS NULL OR ${same(a, b, contentColumns)})
    ELSE ${a}.deleted_at IS NOT NULL AND coalesce(${b}.text, ${a}.text) IS NOT DISTINCT FROM ${a}.text
      AND coalesce(${b}.author_key, ${a}.author_key) IS NOT DISTINCT FROM ${a}.author_key END`;

const keptByStub = (column: string): string =>
  `${column} = CASE WHEN excluded.deleted_at IS NULL THEN excluded.${column} ELSE c.${column} END`;
const filledByStub = (column: string): string =>
  `${column} = CASE WHEN excluded.deleted_at IS NULL THEN excluded.${column} ELSE coalesce(excluded.${column}, c.${column}) END`;

const commentTypes = ['int8', 'int8', 'int8', 'text', 'int8', 'int8', 'int8', 'timestamptz', 'text', 'int4', 'text', 'bool'];
const comments = (first: number): string => `
  INSERT INTO comment AS c (workspace_id, kind, owner_id, object_id, comment_id, ${liveColumns.join(', ')}, deleted_at)
  SELECT $3, 'wall', i.owner_id, i.object_id, i.comment_id, ${liveColumns.map((column) => `i.${column}`).join(', ')}, i.deleted_at
  FROM held, (
    SELECT u.owner_id, u.object_id, u.comment_id, u.author_key, u.parent_id, u.thread_id, u.reply_to_id, u.date, u.text, u.likes,
      u.attachments::jsonb AS attachments, CASE WHEN u.is_deleted THEN now() END AS deleted_at
    FROM unnest(${arrays(first, commentTypes)})
      AS u (owner_id, object_id, comment_id, author_key, parent_id, thread_id, reply_to_id, date, text, likes, attachments, is_deleted)
  ) AS i
  WHERE CASE WHEN (i.owner_id, i.object_id) IN (SELECT owner_id, object_id FROM again)
    THEN (SELECT ${unchanged('s', 'i')} FROM (${commentAt(keyOf('i'))}) AS s) IS NOT TRUE ELSE true END
  ON CONFLICT (workspace_id, kind, owner_id, object_id, comment_id) DO UPDATE SET
    ${filledByStub('author_key')}, ${['parent_id', 'thread_id', 'reply_to_id', 'date', 'likes'].map(keptByStub).join(', ')},
    text = coalesce(excluded.text, c.text),
    attachments = CASE WHEN excluded.deleted_at IS NULL AND excluded.text IS NOT NULL THEN excluded.attachments ELSE c.attachments END,
    is_gone = NULL, deleted_at = CASE WHEN excluded.deleted_at IS NOT NULL THEN coalesce(c.deleted_at, excluded.deleted_at) END,
    edited_at = CASE WHEN excluded.deleted_at IS NULL AND excluded.text IS NOT NULL AND c.text IS NOT NULL
        AND NOT (${same('c', 'excluded', contentColumns)})
      THEN now() ELSE c.edited_at END
  WHERE NOT (${unchanged('c', 'excluded')})`;
