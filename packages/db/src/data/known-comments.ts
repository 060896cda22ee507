import type { CommentRow, PageInput } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { endParams } from './page-params.ts';
import { knownCommentsSql } from './page-sql.ts';

type Row = { readonly ownerId: string; readonly postId: string; readonly commentIds: readonly string[] };

/**
 * Which comments of a page, in order, are stored already. Asked post by post over the range of numbers that the page has
 * of it: of a post that was never read that is one look at the index, whatever the page's size. Where so many others lie
 * between that the answer would be cut, the whole post counts as known: what is wrongly held for known is only slower.
 */
export const makeKnownComments = (sql: Pick<Sql, 'query'>) => {
  const text = knownCommentsSql();
  return async (
    { workspaceId, signal }: Pick<PageInput, 'workspaceId' | 'signal'>,
    comments: readonly CommentRow[],
  ): Promise<(row: CommentRow) => boolean> => {
    const limit = comments.length + 1;
    const posts = await sql.query<Row>(text, [workspaceId, ...endParams(comments), limit], { signal });
    const known = new Map(posts.map((post) => [keyOf(post), post.commentIds.length < limit ? new Set(post.commentIds) : null]));
    return (row) => known.get(keyOf(row))?.has(row.commentId) ?? known.has(keyOf(row));
  };
};

const keyOf = ({ ownerId, postId }: Pick<CommentRow, 'ownerId' | 'postId'>): string => `${ownerId}_${postId}`;
