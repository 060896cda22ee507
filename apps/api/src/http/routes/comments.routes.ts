import {
  AFTER_SINCE,
  AuthorKey,
  CommentDetailBody,
  type CommentFilter,
  CommentPage,
  type CommentView,
  VkId,
  beginsBeforeItEnds,
} from '@otklik/contracts';
import type { ReadComment } from '@otklik/core';
import { z } from 'zod';
import { answerTagged } from '../conditional.ts';
import { CommentPath, Cursor, IfNoneMatch, Limit, NoQuery, PostKey, QueryMoment } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toCommentBody, toCommentDetailBody } from '../views/data-views.ts';

const Query = z
  .strictObject({
    wall: VkId.optional().describe('Owner of a wall: `-1` for community 1.'),
    post: PostKey.optional().describe('A post as `<owner>_<post>`.'),
    author: AuthorKey.optional().describe('`id1` or `club1`.'),
    since: QueryMoment.optional().describe('Written at this moment or later.'),
    until: QueryMoment.optional().describe('Written before this moment.'),
    cursor: Cursor,
    limit: Limit,
  })
  .refine(beginsBeforeItEnds, AFTER_SINCE);

type Page = { readonly items: readonly CommentView[]; readonly nextCursor: string | null };

type Deps = {
  readonly listComments: (input: {
    readonly workspaceId: string;
    readonly filter: CommentFilter;
    readonly cursor: string | null;
    readonly limit: number;
  }) => Promise<Page>;
  readonly readComment: ReadComment;
};

/** Reading collected comments: a list, newest first, and one with its history. */
export const commentRoutes = (deps: Deps): Route[] => [list(deps), read(deps)];

const list = ({ listComments }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/comments',
    scope: 'data:read',
    doc: {
      operationId: 'listComments',
      tag: 'Data',
      summary: 'List collected comments',
      description: 'Newest first; all given conditions hold together. Stays in step while new comments arrive.',
      answers: { 200: { description: 'A page of comments.', body: CommentPage, headers: { Link: 'sometimes' } } },
    },
    input: { query: Query },
    handle: async ({ principal, input, req, res }) => {
      const { cursor, limit, ...filter } = input.query;
      const page = await listComments({ workspaceId: principal.workspaceId, filter, cursor: cursor ?? null, limit });
      setNextLink({ req, res }, page.nextCursor);
      res.json({ items: page.items.map(toCommentBody), nextCursor: page.nextCursor });
    },
  });

const read = ({ readComment }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/comments/:id',
    scope: 'data:read',
    doc: {
      operationId: 'readComment',
      tag: 'Data',
      summary: 'Read a comment with its history and its thread',
      description: 'By `<owner>_<post>_<comment>`. Revisions say what the comment was before each change that was noticed.',
      answers: {
        200: { description: 'The comment.', body: CommentDetailBody, headers: { ETag: 'always' } },
        304: { description: 'It is as you know it.', headers: { ETag: 'always' } },
      },
    },
    input: { path: CommentPath, query: NoQuery, header: z.object({ 'if-none-match': IfNoneMatch }) },
    handle: async ({ principal, input, res }) => {
      const comment = await readComment(principal.workspaceId, input.path.id);
      answerTagged(res, input.header['if-none-match'], toCommentDetailBody(comment));
    },
  });
