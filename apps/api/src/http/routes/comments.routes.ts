import { AuthorKey, type CommentFilter, type CommentView, VkId } from '@otklik/contracts';
import { z } from 'zod';
import { checkInput } from '../check-input.ts';
import { Cursor, Limit, PostKey, QueryMoment } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import type { Call, Route } from '../route.ts';
import { toCommentBody } from '../views/data-views.ts';

const Query = z.strictObject({
  /** Owner of a wall: `-1` for community 1. */
  wall: VkId.optional(),
  post: PostKey.optional(),
  author: AuthorKey.optional(),
  since: QueryMoment.optional(),
  until: QueryMoment.optional(),
  cursor: Cursor.optional(),
  limit: Limit,
});

type Page = { readonly items: readonly CommentView[]; readonly nextCursor: string | null };

type Deps = {
  readonly listComments: (input: {
    readonly workspaceId: string;
    readonly filter: CommentFilter;
    readonly cursor: string | null;
    readonly limit: number;
  }) => Promise<Page>;
};

/** Reading collected comments, newest first. */
export const commentRoutes = (deps: Deps): Route[] => [{ method: 'get', path: '/v1/comments', scope: 'data:read', handle: list(deps) }];

const list =
  ({ listComments }: Deps) =>
  async ({ principal, req, res }: Call): Promise<void> => {
    const { cursor, limit, ...filter } = checkInput(Query, req.query, 'query');
    const page = await listComments({ workspaceId: principal.workspaceId, filter, cursor: cursor ?? null, limit });
    setNextLink({ req, res }, page.nextCursor);
    res.json({ items: page.items.map(toCommentBody), nextCursor: page.nextCursor });
  };
