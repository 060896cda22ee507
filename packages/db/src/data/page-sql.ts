import { HELD } from './lease-sql.ts';

/**
 * One statement for a whole page: the lease, then walls, authors, posts and comments, each sent as arrays.
 *
 * Each table is asked first whether the row is there unchanged. ON CONFLICT alone would lock such a row, which writes to
 * its page and to the log; collecting a wall again is mostly such rows. The question is a subquery and no join, so the
 * rows keep the order in which they were sent: two pages that overlap lock them in the same order and can't deadlock.
 * Comments are asked only when the first or last one of the page is known: in a post that was never read, asking costs
 * a tenth of the time and always hears no.
 */
export const storePageSql = (): string => `
WITH ${HELD}, stored_wall AS (${WALL}), stored_authors AS (${AUTHORS}), stored_posts AS (${POSTS}),
again AS (SELECT EXISTS (${commentAt(keyOf('1'))}) OR EXISTS (${commentAt(keyOf('cardinality($26::int8[])'))}) AS "isKnown"),
stored_comments AS (${COMMENTS} RETURNING (xmax = 0) AS "isNew")
SELECT (SELECT state FROM held) AS state,
  (count(*) FILTER (WHERE "isNew"))::int AS inserted, (count(*) FILTER (WHERE NOT "isNew"))::int AS updated
FROM stored_comments`;

const same = (a: string, b: string, columns: readonly string[]): string =>
  columns.map((column) => `${a}.${column} IS NOT DISTINCT FROM ${b}.${column}`).join(' AND ');

const takeFrom = (columns: readonly string[]): string => columns.map((column) => `${column} = excluded.${column}`).join(', ');

const wallColumns = ['kind', 'name', 'screen_name'];
const WALL = `
  INSERT INTO wall AS w (workspace_id, owner_id, kind, name, screen_name)
  SELECT $3, i.* FROM held, unnest($6::int8[], $7::text[]::wall_kind[], $8::text[], $9::text[]) AS i (owner_id, kind, name, screen_name)
  WHERE (SELECT ${same('s', 'i', wallColumns)} FROM wall s WHERE s.workspace_id = $3 AND s.owner_id = i.owner_id) IS NOT TRUE
  ON CONFLICT (workspace_id, owner_id) DO UPDATE SET ${takeFrom(wallColumns)} WHERE NOT (${same('w', 'excluded', wallColumns)})`;

const authorColumns = ['name', 'screen_name', 'deactivated'];
const AUTHORS = `
  INSERT INTO author AS a (workspace_id, author_key, name, screen_name, deactivated)
  SELECT $3, i.* FROM held, unnest($10::text[], $11::text[], $12::text[], $13::text[]) AS i (author_key, name, screen_name, deactivated)
  WHERE (SELECT ${same('s', 'i', authorColumns)} FROM author s WHERE s.workspace_id = $3 AND s.author_key = i.author_key) IS NOT TRUE
  ON CONFLICT (workspace_id, author_key) DO UPDATE SET ${takeFrom(authorColumns)} WHERE NOT (${same('a', 'excluded', authorColumns)})`;

const postColumns = ['author_key', 'date', 'text', 'comments_claimed', 'can_read_comments', 'is_pinned', 'likes'];
const POSTS = `
  INSERT INTO post AS p (workspace_id, owner_id, post_id, ${postColumns.join(', ')})
  SELECT $3, i.* FROM held, unnest($14::int8[], $15::int8[], $16::text[], $17::timestamptz[], $18::text[], $19::int4[], $20::bool[], $21::bool[],
    $22::int4[]) AS i (owner_id, post_id, ${postColumns.join(', ')})
  WHERE (SELECT ${same('s', 'i', postColumns)} FROM post s
    WHERE s.workspace_id = $3 AND s.owner_id = i.owner_id AND s.post_id = i.post_id) IS NOT TRUE
  ON CONFLICT (workspace_id, owner_id, post_id) DO UPDATE SET ${takeFrom(postColumns)} WHERE NOT (${same('p', 'excluded', postColumns)})`;

type KeySql = { readonly owner: string; readonly object: string; readonly comment: string };
const keyOf = (place: string): KeySql => ({
  owner: `($24::int8[])[${place}]`,
  object: `($25::int8[])[${place}]`,
  comment: `($26::int8[])[${place}]`,
});
const KEY_OF_ROW: KeySql = { owner: 'i.owner_id', object: 'i.object_id', comment: 'i.comment_id' };

/**
 * The stored comment with this key. Asked as "the first one from there on", because only the primary key has that order:
 * without statistics, as in the first minutes of an installation, PostgreSQL takes an equal match on the index by time
 * for just as good and reads through the whole workspace for each row.
 */
const commentAt = ({ owner, object, comment }: KeySql): string => `
  SELECT * FROM (
    SELECT * FROM comment WHERE (workspace_id, kind, owner_id, object_id, comment_id) >= ($3::uuid, $23::comment_kind, ${owner}, ${object}, ${comment})
    ORDER BY workspace_id, kind, owner_id, object_id, comment_id LIMIT 1
  ) AS f WHERE f.workspace_id = $3 AND f.kind = $23::comment_kind AND f.owner_id = ${owner} AND f.object_id = ${object} AND f.comment_id = ${comment}`;

const liveColumns = ['author_key', 'parent_id', 'thread_id', 'reply_to_id', 'date', 'text', 'likes', 'attachments'];

/** Whether storing `b` over `a` would change nothing. A stub says little: what it doesn't say is kept. */
const unchanged = (a: string, b: string): string => `CASE WHEN ${b}.deleted_at IS NULL
    THEN ${a}.deleted_at IS NULL AND ${same(a, b, liveColumns)}
    ELSE ${a}.deleted_at IS NOT NULL AND coalesce(${b}.text, ${a}.text) IS NOT DISTINCT FROM ${a}.text
      AND coalesce(${b}.author_key, ${a}.author_key) IS NOT DISTINCT FROM ${a}.author_key END`;

const keptByStub = (column: string): string =>
  `${column} = CASE WHEN excluded.deleted_at IS NULL THEN excluded.${column} ELSE c.${column} END`;
const filledByStub = (column: string): string =>
  `${column} = CASE WHEN excluded.deleted_at IS NULL THEN excluded.${column} ELSE coalesce(excluded.${column}, c.${column}) END`;

const COMMENTS = `
  INSERT INTO comment AS c (workspace_id, kind, owner_id, object_id, comment_id, ${liveColumns.join(', ')}, deleted_at)
  SELECT $3, $23::comment_kind, i.owner_id, i.object_id, i.comment_id, ${liveColumns.map((column) => `i.${column}`).join(', ')}, i.deleted_at
  FROM held, (
    SELECT u.owner_id, u.object_id, u.comment_id, u.author_key, u.parent_id, u.thread_id, u.reply_to_id, u.date, u.text, u.likes,
      u.attachments::jsonb AS attachments, CASE WHEN u.is_deleted THEN now() END AS deleted_at
    FROM unnest($24::int8[], $25::int8[], $26::int8[], $27::text[], $28::int8[], $29::int8[], $30::int8[], $31::timestamptz[], $32::text[],
      $33::int4[], $34::text[], $35::bool[])
      AS u (owner_id, object_id, comment_id, author_key, parent_id, thread_id, reply_to_id, date, text, likes, attachments, is_deleted)
  ) AS i
  WHERE CASE WHEN (SELECT "isKnown" FROM again) THEN (SELECT ${unchanged('s', 'i')} FROM (${commentAt(KEY_OF_ROW)}) AS s) IS NOT TRUE
    ELSE true END
  ON CONFLICT (workspace_id, kind, owner_id, object_id, comment_id) DO UPDATE SET
    ${filledByStub('author_key')}, ${filledByStub('text')},
    ${['parent_id', 'thread_id', 'reply_to_id', 'date', 'likes', 'attachments'].map(keptByStub).join(', ')},
    deleted_at = CASE WHEN excluded.deleted_at IS NOT NULL THEN coalesce(c.deleted_at, excluded.deleted_at) END,
    edited_at = CASE WHEN excluded.deleted_at IS NULL AND c.text IS NOT NULL AND NOT (${same('c', 'excluded', ['text', 'attachments'])})
      THEN now() ELSE c.edited_at END
  WHERE NOT (${unchanged('c', 'excluded')})`;
