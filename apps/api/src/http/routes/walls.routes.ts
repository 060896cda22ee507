import { PostPage, VkId, WallDetailBody, WallPage } from '@otklik/contracts';
import type { ListPosts, ListWalls, ReadWall } from '@otklik/core';
import { z } from 'zod';
import { answerTagged } from '../conditional.ts';
import { Flag, IfNoneMatch, Limit, NoQuery, VkIdCursor } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toPostBody, toWallBody, toWallDetailBody } from '../views/wall-views.ts';

const PostQuery = z.strictObject({
  wall: VkId.describe('Owner of the wall: `-1` for community 1.'),
  incomplete: Flag.describe('Only posts of which comments are missing, or whose reading did not end as complete.'),
  cursor: VkIdCursor,
  limit: Limit,
});

type Deps = { readonly listWalls: ListWalls; readonly readWall: ReadWall; readonly listPosts: ListPosts };

/** What was collected of walls, and what is missing and why. */
export const wallRoutes = (deps: Deps): Route[] => [list(deps), read(deps), posts(deps)];

const list = ({ listWalls }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/walls',
    scope: 'data:read',
    doc: {
      operationId: 'listWalls',
      tag: 'Data',
      summary: 'List collected walls',
      description: 'By owner.',
      answers: { 200: { description: 'A page of walls.', body: WallPage, headers: { Link: 'sometimes' } } },
    },
    input: { query: z.strictObject({ cursor: VkIdCursor, limit: Limit }) },
    handle: async ({ principal, input, req, res }) => {
      const { cursor, limit } = input.query;
      const { items, nextAfter } = await listWalls({ workspaceId: principal.workspaceId, after: cursor ?? null, limit });
      setNextLink({ req, res }, nextAfter);
      res.json({ items: items.map(toWallBody), nextCursor: nextAfter });
    },
  });

const read = ({ readWall }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/walls/:ownerId',
    scope: 'data:read',
    doc: {
      operationId: 'readWall',
      tag: 'Data',
      summary: 'Read the coverage of a wall',
      description: 'What VK claims, what is stored, what is missing and why. Exact as of the last reading of each post.',
      answers: {
        200: { description: 'The wall with its coverage.', body: WallDetailBody, headers: { ETag: 'always' } },
        304: { description: 'It is as you know it.', headers: { ETag: 'always' } },
      },
    },
    input: { path: z.object({ ownerId: VkId }), query: NoQuery, header: z.object({ 'if-none-match': IfNoneMatch }) },
    handle: async ({ principal, input, res }) => {
      const wall = await readWall(principal.workspaceId, input.path.ownerId);
      answerTagged(res, input.header['if-none-match'], toWallDetailBody(wall));
    },
  });

const posts = ({ listPosts }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/posts',
    scope: 'data:read',
    doc: {
      operationId: 'listPosts',
      tag: 'Data',
      summary: 'List the posts of a wall',
      description: 'Newest first, each with how reading its comments ended.',
      answers: { 200: { description: 'A page of posts.', body: PostPage, headers: { Link: 'sometimes' } } },
    },
    input: { query: PostQuery },
    handle: async ({ principal, input, req, res }) => {
      const { wall: ownerId, incomplete: isIncomplete, cursor, limit } = input.query;
      const asked = { workspaceId: principal.workspaceId, ownerId, isIncomplete, after: cursor ?? null, limit };
      const { items, nextAfter } = await listPosts(asked);
      setNextLink({ req, res }, nextAfter);
      res.json({ items: items.map(toPostBody), nextCursor: nextAfter });
    },
  });
