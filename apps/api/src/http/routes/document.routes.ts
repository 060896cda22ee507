import { createHash } from 'node:crypto';
import { z } from 'zod';
import { namesTag } from '../conditional.ts';
import { describeApi } from '../document/describe-api.ts';
import type { OpenRoute, Route } from '../route.ts';

type Text = { readonly body: string; readonly etag: string };

/** `/openapi.json`: what the given routes and these do, for everybody. */
export const documentRoutes = (others: readonly Route[]): Route[] => {
  let text: Text | undefined;
  const routes: Route[] = [openApi(() => (text ??= render([...others, ...routes])))];
  return routes;
};

const render = (routes: readonly Route[]): Text => {
  const body = JSON.stringify(describeApi(routes));
  return { body, etag: `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"` };
};

const openApi = (text: () => Text): OpenRoute => ({
  method: 'get',
  path: '/openapi.json',
  scope: 'public',
  doc: {
    operationId: 'readDocument',
    tag: 'Document',
    summary: 'This document',
    answers: {
      200: { description: 'OpenAPI 3.1.', body: z.looseObject({ openapi: z.string() }), headers: { ETag: 'always' } },
      304: { description: 'It is as you know it.', headers: { ETag: 'always' } },
    },
  },
  handle: async ({ req, res }) => {
    const { body, etag } = text();
    // The same for everybody until the next release: worth keeping, never without asking.
    res.set({ ETag: etag, 'Cache-Control': 'no-cache', 'Content-Type': 'application/json; charset=utf-8' });
    if (namesTag(req.get('If-None-Match'), etag)) return void res.status(304).end();
    res.end(body);
  },
});
