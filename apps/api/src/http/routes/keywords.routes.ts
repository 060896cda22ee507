import { KeywordBody, KeywordPage, type KeywordRow } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';
import { z } from 'zod';
import { IdPath, NoQuery } from '../inputs.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toKeywordBody } from '../views/data-views.ts';

const NewKeyword = z
  .strictObject({
    phrase: z
      .string()
      .trim()
      .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$/u, 'must be 1 to 200 printable characters')
      .describe('Words in any form: analysis compares stems.'),
  })
  .meta({ id: 'NewKeyword', examples: [{ phrase: 'новый мост' }] });

type Deps = {
  readonly addKeyword: (input: { readonly workspaceId: string; readonly phrase: string }) => Promise<KeywordRow>;
  readonly listKeywords: (workspaceId: string) => Promise<readonly KeywordRow[]>;
  readonly removeKeyword: (workspaceId: string, id: string) => Promise<boolean>;
};

/** The phrases that analysis looks for. */
export const keywordRoutes = (deps: Deps): Route[] => [list(deps), add(deps), remove(deps)];

const list = ({ listKeywords }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/keywords',
    scope: 'data:read',
    doc: {
      operationId: 'listKeywords',
      tag: 'Data',
      summary: 'List the keywords',
      answers: { 200: { description: 'All of them.', body: KeywordPage } },
    },
    input: { query: NoQuery },
    handle: async ({ principal, res }) => {
      const items = await listKeywords(principal.workspaceId);
      res.json({ items: items.map(toKeywordBody), nextCursor: null });
    },
  });

const add = ({ addKeyword }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'post',
    path: '/v1/keywords',
    scope: 'data:write',
    doc: {
      operationId: 'addKeyword',
      tag: 'Data',
      summary: 'Add a keyword',
      description: 'One that is there already, in whatever form, is answered as it is.',
      answers: { 201: { description: 'The keyword.', body: KeywordBody } },
    },
    input: { query: NoQuery, body: NewKeyword },
    handle: async ({ principal, input, res }) => {
      res.status(201).json(toKeywordBody(await addKeyword({ workspaceId: principal.workspaceId, phrase: input.body.phrase })));
    },
  });

const remove = ({ removeKeyword }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'delete',
    path: '/v1/keywords/:id',
    scope: 'data:write',
    doc: {
      operationId: 'removeKeyword',
      tag: 'Data',
      summary: 'Remove a keyword',
      description: 'With all that it hit.',
      answers: { 204: { description: 'It is gone.' } },
    },
    input: { path: IdPath('keyword'), query: NoQuery },
    handle: async ({ principal, input, res }) => {
      if (!(await removeKeyword(principal.workspaceId, input.path.id)))
        throw new NotFoundError('There is no such keyword in this workspace.');
      res.status(204).end();
    },
  });
