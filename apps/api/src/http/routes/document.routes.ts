import { NotFoundError } from '@otklik/shared';
import type { Response } from 'express';
import { z } from 'zod';
import { namesTag, tagOf } from '../conditional.ts';
import { describeApi } from '../document/describe-api.ts';
import { DOCS_ASSETS, DOCS_PAGE, DOCS_POLICY, DOCS_START, docsAssetsDir } from '../document/docs-page.ts';
import type { OpenRoute, Route } from '../route.ts';

type Text = { readonly body: string; readonly etag: string };

/** `/openapi.json`: what the given routes and these do. `/docs`: the same for people. */
export const documentRoutes = (others: readonly Route[]): Route[] => {
  let text: Text | undefined;
  const routes: Route[] = [openApi(() => (text ??= render([...others, ...routes]))), docs, docsPart];
  return routes;
};

const render = (routes: readonly Route[]): Text => {
  const body = JSON.stringify(describeApi(routes));
  return { body, etag: tagOf(body) };
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

const docs: OpenRoute = {
  method: 'get',
  path: '/docs',
  scope: 'public',
  doc: {
    operationId: 'showDocument',
    tag: 'Document',
    summary: 'This document as a page',
    answers: { 200: { description: 'A page that needs nothing from elsewhere.', media: ['text/html'] } },
  },
  handle: async ({ res }) => {
    res.set({ 'Content-Security-Policy': DOCS_POLICY, 'Content-Type': 'text/html; charset=utf-8' });
    res.end(DOCS_PAGE);
  },
};

const docsPart: OpenRoute = {
  method: 'get',
  path: '/docs/:file',
  scope: 'public',
  doc: { undocumented: 'What the page loads.' },
  isStream: true,
  handle: async ({ req, res }) => {
    const file = String(req.params['file']);
    res.set('Cache-Control', 'no-cache');
    if (file === 'start.js') return void res.type('js').end(DOCS_START);
    if (!DOCS_ASSETS.has(file)) throw new NotFoundError('There is nothing at this path.');
    await sendFile(res, file);
  },
};

const sendFile = (res: Response, file: string): Promise<void> =>
  new Promise((resolve, reject) => {
    // A caller who goes away while it is sent is no fault of ours.
    res.sendFile(file, { root: docsAssetsDir(), cacheControl: false }, (fault?: Error) =>
      fault === undefined || res.headersSent ? resolve() : reject(fault),
    );
  });
