import { Label, TargetLinePage, TargetListBody, TargetListPage, targetOutcomes, toPublicId } from '@otklik/contracts';
import { MAX_TARGET_LINES, type ReadTargetLists, type StoreTargetList, type TargetUpload } from '@otklik/core';
import { ValidationError } from '@otklik/shared';
import type { Request } from 'express';
import { z } from 'zod';
import { fileBody } from '../file-body.ts';
import { CursorOf, IdPath, Limit, NoQuery, NumberFrom0Cursor } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toTargetLineBody, toTargetListBody } from '../views/target-list-views.ts';

const Lines = z.array(z.string()).min(1).max(MAX_TARGET_LINES).describe('Walls and posts, each in any form that VK has for it.');

/** As it is shown; a file has no fields, so `lines` is asked for only where JSON came. */
const NewTargetList = z.strictObject({ lines: Lines }).meta({ id: 'NewTargetList', examples: [{ lines: ['vk.com/apiclub', '-1_45'] }] });
const AnyUpload = z.strictObject({ lines: Lines.optional() });

const UploadQuery = z.strictObject({ name: Label.optional().describe('What you call the list.') });
const ListQuery = z.strictObject({ cursor: CursorOf('targetList'), limit: Limit });
const LinesQuery = z.strictObject({
  outcome: z.enum(targetOutcomes).optional().describe('Only lines of which this became.'),
  cursor: NumberFrom0Cursor,
  limit: Limit,
});
const OneList = IdPath('targetList');

type Deps = { readonly storeTargetList: StoreTargetList; readonly targetLists: ReadTargetLists };

/** Uploaded lists of what parse jobs collect. */
export const targetListRoutes = (deps: Deps): Route[] => [upload(deps), list(deps), read(deps), lines(deps), remove(deps)];

const upload = ({ storeTargetList }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: '/v1/target-lists',
    scope: 'jobs:write',
    doc: {
      operationId: 'uploadTargetList',
      tag: 'Targets',
      summary: 'Upload a list of targets',
      description: `Walls and posts for \`target.listId\` of parse jobs: a text with one of them in each line, a table (RFC 4180; the column \`url\`, \`link\`, \`wall\` or \`ссылка\`, or else the first one), or JSON. In UTF-8, 5 MiB and ${MAX_TARGET_LINES} lines at most (JSON: 256 KiB). Every line is judged by itself: invalid ones and duplicates don't hold up the others. Empty ones are no targets and not counted, and the others keep the numbers that they have in the file; a row of a table that only lacks its target is invalid. A list is kept as long as finished jobs are, counted from its last use.`,
      body: NewTargetList,
      files: ['text/plain', 'text/csv'],
      answers: { 201: { description: 'The list, stored.', body: TargetListBody, headers: { Location: 'always' } } },
    },
    input: { query: UploadQuery, body: AnyUpload },
    // A file takes as long as its way here; the server limits how long a request may come in.
    isStream: true,
    handle: async ({ principal, input, req, res, untilGone }) => {
      const gone = untilGone();
      const { workspaceId } = principal;
      try {
        const stored = await storeTargetList({ workspaceId, name: input.query.name ?? null, content: contentOf(req, input.body.lines) });
        const body = toTargetListBody(stored);
        res.status(201).location(`/v1/target-lists/${body.id}`).json(body);
      } catch (thrown) {
        // Somebody who hangs up is no fault of ours.
        if (!gone.aborted) throw thrown;
      }
    },
  });

const contentOf = (req: Request, given: readonly string[] | undefined): TargetUpload['content'] => {
  const format = req.is(['text/csv', 'text/plain']);
  if (format === 'text/csv') return { format: 'csv', bytes: fileBody(req) };
  if (format === 'text/plain') return { format: 'txt', bytes: fileBody(req) };
  if (given === undefined) throw new ValidationError('One field is not valid.', [{ pointer: '/lines', detail: 'is required' }]);
  return { format: 'json', lines: given };
};

const list = ({ targetLists }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/target-lists',
    scope: 'jobs:read',
    doc: {
      operationId: 'listTargetLists',
      tag: 'Targets',
      summary: 'List the uploaded lists',
      description: 'Newest first.',
      answers: { 200: { description: 'A page of lists.', body: TargetListPage, headers: { Link: 'sometimes' } } },
    },
    input: { query: ListQuery },
    handle: async ({ principal, input, req, res }) => {
      const { cursor, limit } = input.query;
      const { items, nextAfter } = await targetLists.list({ workspaceId: principal.workspaceId, after: cursor ?? null, limit });
      const nextCursor = nextAfter === null ? null : toPublicId('targetList', nextAfter);
      setNextLink({ req, res }, nextCursor);
      res.json({ items: items.map(toTargetListBody), nextCursor });
    },
  });

const read = ({ targetLists }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/target-lists/:id',
    scope: 'jobs:read',
    doc: {
      operationId: 'readTargetList',
      tag: 'Targets',
      summary: 'Read about an uploaded list',
      answers: { 200: { description: 'What became of its lines, in numbers.', body: TargetListBody } },
    },
    input: { path: OneList, query: NoQuery },
    handle: async ({ principal, input, res }) => {
      res.json(toTargetListBody(await targetLists.get(principal.workspaceId, input.path.id)));
    },
  });

const lines = ({ targetLists }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/target-lists/:id/lines',
    scope: 'jobs:read',
    doc: {
      operationId: 'listTargetLines',
      tag: 'Targets',
      summary: 'Read the lines of an uploaded list',
      description: 'In the order of the file, without the empty ones.',
      answers: { 200: { description: 'A page of lines.', body: TargetLinePage, headers: { Link: 'sometimes' } } },
    },
    input: { path: OneList, query: LinesQuery },
    handle: async ({ principal, input, req, res }) => {
      const { outcome = null, cursor = null, limit } = input.query;
      const query = { workspaceId: principal.workspaceId, id: input.path.id, outcome, after: cursor, limit };
      const { items, nextAfter } = await targetLists.lines(query);
      const nextCursor = nextAfter === null ? null : String(nextAfter);
      setNextLink({ req, res }, nextCursor);
      res.json({ items: items.map(toTargetLineBody), nextCursor });
    },
  });

const remove = ({ targetLists }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'delete',
    path: '/v1/target-lists/:id',
    scope: 'jobs:write',
    doc: {
      operationId: 'removeTargetList',
      tag: 'Targets',
      summary: 'Remove an uploaded list',
      description: 'With its lines. A job that has not read it whole will fail.',
      answers: { 204: { description: 'It is gone.' } },
    },
    input: { path: OneList, query: NoQuery },
    handle: async ({ principal, input, res }) => {
      await targetLists.remove(principal.workspaceId, input.path.id);
      res.status(204).end();
    },
  });
