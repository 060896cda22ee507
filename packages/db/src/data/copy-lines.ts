import type { CommentRow } from '@otklik/contracts';
import { withoutNul } from './array-params.ts';
import { storableJson } from './storable-json.ts';

/** Comments in the text form of COPY, in the order of COPY_COMMENTS. Stubs count as deleted when the transaction began. */
export const copyLines = (workspaceId: string, rows: readonly CommentRow[]): string => {
  let lines = '';
  for (const row of rows) {
    const attachments = row.attachments.length === 0 ? null : storableJson(row.attachments);
    lines +=
      `${workspaceId}\twall\t${row.ownerId}\t${row.postId}\t${row.commentId}\t${field(row.authorKey)}\t${row.parentId ?? NULL}\t` +
      `${row.threadId}\t${row.replyToId ?? NULL}\t${row.date.toISOString()}\t${field(row.text)}\t${row.likes}\t${field(attachments)}\t` +
      `${row.isDeleted ? 'now' : NULL}\n`;
  }
  return lines;
};

const NULL = String.raw`\N`;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

const field = (text: string | null): string =>
  text === null ? NULL : withoutNul(text).replace(/[\\\t\n\r]/g, (sign) => ESCAPES[sign] ?? sign);
