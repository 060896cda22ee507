/** Select list of a comment as readers get it (CommentView); `c` is the name of the row in the statement. */
export const viewColumns = (c: string): string => `
  ${keyColumns(c)}, ${c}.author_key AS "authorKey", ${c}.parent_id::text AS "parentId", ${c}.thread_id::text AS "threadId",
  ${c}.reply_to_id::text AS "replyToId", ${c}.date, ${c}.text, ${c}.likes, coalesce(${c}.attachments, '[]'::jsonb) AS attachments,
  ${c}.deleted_at IS NOT NULL AS "isDeleted", ${c}.deleted_at AS "deletedAt", ${c}.first_seen_at AS "firstSeenAt",
  (SELECT a.name FROM author a WHERE a.workspace_id = ${c}.workspace_id AND a.author_key = ${c}.author_key) AS "authorName",
  (SELECT a.language FROM comment_analysis a WHERE ${sameComment('a', c)}) AS language,
  ARRAY(SELECT k.phrase FROM keyword_match m JOIN keyword k ON k.id = m.keyword_id WHERE ${sameComment('m', c)} ORDER BY k.phrase) AS keywords`;

/** Select list of a comment's key. */
export const keyColumns = (c: string): string =>
  `${c}.owner_id::text AS "ownerId", ${c}.object_id::text AS "postId", ${c}.comment_id::text AS "commentId"`;

/** Whether two rows are of the same comment: the whole key, so that the primary key of either is enough. */
export const sameComment = (a: string, b: string): string =>
  ['workspace_id', 'kind', 'owner_id', 'object_id', 'comment_id'].map((column) => `${a}.${column} = ${b}.${column}`).join(' AND ');
