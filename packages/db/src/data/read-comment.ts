import type { CommentRevision, CommentStore, CommentView } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { viewColumns } from './comment-columns.ts';

const KEY = `workspace_id = $1 AND kind = 'wall' AND owner_id = $2 AND object_id = $3`;

const COMMENT = `SELECT ${viewColumns('c')} FROM (SELECT * FROM comment WHERE ${KEY} AND comment_id = $4) AS c`;

const REVISIONS = `
SELECT change::text AS change, seen_at AS "seenAt", text, coalesce(attachments, '[]'::jsonb) AS attachments
FROM comment_revision WHERE ${KEY} AND comment_id = $4 ORDER BY id DESC LIMIT $5`;

/** Root and replies are looked for apart: each has an index of its own. What is asked of both keeps out of the choice. */
const THREAD = `SELECT ${viewColumns('c')} FROM (
  (SELECT * FROM comment WHERE ${KEY} AND comment_id = $4)
  UNION ALL
  (SELECT * FROM comment WHERE owner_id = $2 AND thread_id = $4 AND parent_id IS NOT NULL
    AND (workspace_id = $1 AND kind = 'wall' AND object_id = $3) IS TRUE ORDER BY comment_id LIMIT $5)
) AS c ORDER BY c.comment_id LIMIT $5`;

/** One comment with its history and its thread. */
export const createReadComment =
  (sql: Pick<Sql, 'query'>): CommentStore['readComment'] =>
  async ({ workspaceId, key: { ownerId, postId, commentId }, limit }) => {
    const [comment] = await sql.query<CommentView>(COMMENT, [workspaceId, ownerId, postId, commentId]);
    if (comment === undefined) return null;
    const revisions = await sql.query<CommentRevision>(REVISIONS, [workspaceId, ownerId, postId, commentId, limit]);
    const thread = await sql.query<CommentView>(THREAD, [workspaceId, ownerId, postId, comment.threadId, limit]);
    return { comment, revisions, thread };
  };
