import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CommentRow } from '@otklik/contracts';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const COPY = `COPY comment (workspace_id, owner_id, object_id, comment_id, parent_id, thread_id, reply_to_id, date, likes, author_key, text,
  attachments, deleted_at) FROM STDIN`;
const ROWS_PER_CHUNK = 500;

/** The peer: all rows in one COPY, one transaction. Needs an empty place for them: COPY knows no conflicts. */
export const copyRows = async (client: pg.Client, workspaceId: string, rows: readonly CommentRow[]): Promise<void> => {
  await pipeline(Readable.from(chunksOf(workspaceId, rows)), client.query(copyFrom(COPY)));
};

const chunksOf = function* (workspaceId: string, rows: readonly CommentRow[]): Generator<string> {
  for (let from = 0; from < rows.length; from += ROWS_PER_CHUNK) {
    let chunk = '';
    for (const row of rows.slice(from, from + ROWS_PER_CHUNK)) chunk += `${lineOf(workspaceId, row)}\n`;
    yield chunk;
  }
};

const lineOf = (workspaceId: string, row: CommentRow): string =>
  [
    workspaceId,
    row.ownerId,
    row.postId,
    row.commentId,
    row.parentId ?? NULL,
    row.threadId,
    row.replyToId ?? NULL,
    row.date.toISOString(),
    row.likes,
    row.authorKey ?? NULL,
    row.text === null ? NULL : escaped(row.text),
    row.attachments.length === 0 ? NULL : escaped(JSON.stringify(row.attachments)),
    row.isDeleted ? 'now' : NULL,
  ].join('\t');

const NULL = String.raw`\N`;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const escaped = (text: string): string => text.replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign);
