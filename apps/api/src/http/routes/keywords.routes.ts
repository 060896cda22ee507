import type { KeywordRow } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';
import { z } from 'zod';
import { checkInput } from '../check-input.ts';
import { IdPath } from '../inputs.ts';
import type { Call, Route } from '../route.ts';
import { toKeywordBody } from '../views/data-views.ts';

const NewKeyword = z.strictObject({
  phrase: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]{1,200}$/u, 'must be 1 to 200 printable characters'),
});

const KeywordPath = IdPath('keyword');

type Deps = {
  readonly addKeyword: (input: { readonly workspaceId: string; readonly phrase: string }) => Promise<KeywordRow>;
  readonly listKeywords: (workspaceId: string) => Promise<readonly KeywordRow[]>;
  readonly removeKeyword: (workspaceId: string, id: string) => Promise<boolean>;
};

/** The phrases that analysis looks for. */
export const keywordRoutes = ({ addKeyword, listKeywords, removeKeyword }: Deps): Route[] => [
  {
    method: 'get',
    path: '/v1/keywords',
    scope: 'data:read',
    handle: async ({ principal, req, res }: Call) => {
      checkInput(z.strictObject({}), req.query, 'query');
      const items = await listKeywords(principal.workspaceId);
      res.json({ items: items.map(toKeywordBody), nextCursor: null });
    },
  },
  {
    method: 'post',
    path: '/v1/keywords',
    scope: 'data:write',
    handle: async ({ principal, req, res }: Call) => {
      const { phrase } = checkInput(NewKeyword, req.body ?? {}, 'body');
      res.status(201).json(toKeywordBody(await addKeyword({ workspaceId: principal.workspaceId, phrase })));
    },
  },
  {
    method: 'delete',
    path: '/v1/keywords/:id',
    scope: 'data:write',
    handle: async ({ principal, req, res }: Call) => {
      const { id } = checkInput(KeywordPath, req.params, 'path');
      if (!(await removeKeyword(principal.workspaceId, id))) throw new NotFoundError('There is no such keyword in this workspace.');
      res.status(204).end();
    },
  },
];
