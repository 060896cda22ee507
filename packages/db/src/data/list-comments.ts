import type { CommentCursor, CommentFilter, CommentStore, CommentView } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { viewColumns } from './comment-columns.ts';
import { type SqlParams, type Statement, createSqlParams } from './sql-params.ts';

export const createListComments =
  (sql: Pick<Sql, 'query'>): CommentStore['listComments'] =>
  (input) => {
    const { text, values } = listCommentsSql(input);
    return sql.query<CommentView>(text, values);
  };

/** The page is cut before names and findings are looked up, so those are read for its rows only. */
export const listCommentsSql = ({ workspaceId, filter, after, limit }: Parameters<CommentStore['listComments']>[0]): Statement => {
  const params = createSqlParams();
  const order = filter.post === undefined ? BY_TIME : BY_NUMBER;
  const where = [
    `c.workspace_id = ${params.add(workspaceId, 'uuid')}`,
    // Not a condition for an index: with it the primary key would match one column more than the indexes made for this
    // list, and win while there are no statistics.
    order === BY_TIME ? `(c.kind = 'wall') IS TRUE` : `c.kind = 'wall'`,
    ...filterSql(params, filter),
    ...(after === null ? [] : [order.behind(params, after)]),
  ].join(' AND ');
  const text = `SELECT ${viewColumns('c')}
    FROM (SELECT c.* FROM comment c WHERE ${where} ORDER BY ${order.by} LIMIT ${params.add(limit, 'int4')}) AS c ORDER BY ${order.by}`;
  return { text, values: params.values };
};

type Order = { readonly by: string; behind(params: SqlParams, after: CommentCursor): string };

const BY_TIME: Order = {
  by: 'c.date DESC, c.comment_id DESC, c.owner_id DESC, c.object_id DESC',
  behind: (params, { date, commentId, ownerId, postId }) =>
    `(c.date, c.comment_id, c.owner_id, c.object_id) < (${params.add(date, 'timestamptz')}, ${params.add(commentId, 'int8')}, ${params.add(ownerId, 'int8')}, ${params.add(postId, 'int8')})`,
};

/** In one post. VK numbers comments in the order of time, and this order the primary key has: a sort would read the post whole. */
const BY_NUMBER: Order = {
  by: 'c.owner_id DESC, c.object_id DESC, c.comment_id DESC',
  behind: (params, { commentId }) => `c.comment_id < ${params.add(commentId, 'int8')}`,
};

/** As the index by wall has it, which nobody else shall use: see its migration. */
const WALL = '(c.owner_id + 0)';

const filterSql = (params: SqlParams, { wall, post, author, since, until }: CommentFilter): readonly string[] => [
  ...(wall === undefined ? [] : [`${WALL} = ${params.add(wall, 'int8')}`]),
  ...(post === undefined ? [] : [`c.owner_id = ${params.add(post.ownerId, 'int8')}`, `c.object_id = ${params.add(post.postId, 'int8')}`]),
  ...(author === undefined ? [] : [`c.author_key = ${params.add(author, 'text')}`]),
  ...(since === undefined ? [] : [`c.date >= ${params.add(since, 'timestamptz')}`]),
  ...(until === undefined ? [] : [`c.date < ${params.add(until, 'timestamptz')}`]),
];
