import { type CommentCursor, type CommentFilter, type CommentStore, type CommentView, VkId } from '@otklik/contracts';
import { ValidationError } from '@otklik/shared';
import { z } from 'zod';

type Deps = { readonly comments: Pick<CommentStore, 'listComments'> };

export type ListCommentsInput = {
  readonly workspaceId: string;
  readonly filter: CommentFilter;
  /** `nextCursor` of the page before; null for the first one. */
  readonly cursor: string | null;
  readonly limit: number;
};

export type CommentPage = {
  readonly items: readonly CommentView[];
  /** null: this was the last page. */
  readonly nextCursor: string | null;
};

export type ListComments = (input: ListCommentsInput) => Promise<CommentPage>;

/** Comments newest first, a page at a time. Throws ValidationError for a cursor that no page handed out. */
export const makeListComments =
  ({ comments }: Deps): ListComments =>
  async ({ cursor, limit, ...query }) => {
    const after = cursor === null ? null : readCursor(cursor);
    // One more than asked tells whether there is another page.
    const rows = await comments.listComments({ ...query, after, limit: limit + 1 });
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last !== undefined ? writeCursor(last) : null };
  };

const Cursor = z.strictObject({
  date: z.iso.datetime().transform((text) => new Date(text)),
  ownerId: VkId,
  postId: VkId,
  commentId: VkId,
});

const writeCursor = ({ date, ownerId, postId, commentId }: CommentCursor): string =>
  Buffer.from(JSON.stringify({ date: date.toISOString(), ownerId, postId, commentId })).toString('base64url');

const readCursor = (text: string): CommentCursor => {
  try {
    return Cursor.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new ValidationError(
      'The cursor is not one of this list.',
      [{ pointer: 'query:cursor', detail: 'must be a nextCursor of this list' }],
      { cause },
    );
  }
};
