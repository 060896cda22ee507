import { pipeline } from 'node:stream/promises';
import { ExportBody, ExportPage, toPublicId } from '@otklik/contracts';
import type { ListExports, ReadExport } from '@otklik/core';
import { type FileStore, withDeadline } from '@otklik/shared';
import { z } from 'zod';
import { namesTag } from '../conditional.ts';
import { CursorOf, IdPath, IfNoneMatch, Limit, NoQuery } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import { type KeyedRoute, type Route, keyedRoute } from '../route.ts';
import { toExportBody } from '../views/data-views.ts';

const ListQuery = z.strictObject({ cursor: CursorOf('export'), limit: Limit });

const OneExport = { path: IdPath('export'), query: NoQuery };

/** The file may take as long as it takes; where it is may not. */
const LOOK_UP_DEADLINE_MS = 1_000;

const mediaTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' } as const;

type Deps = { readonly readExport: ReadExport; readonly listExports: ListExports; readonly files: Pick<FileStore, 'open'> };

/** Files that export jobs wrote. */
export const exportRoutes = (deps: Deps): Route[] => [list(deps), read(deps), download(deps)];

const list = ({ listExports }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/exports',
    scope: 'data:read',
    doc: {
      operationId: 'listExports',
      tag: 'Exports',
      summary: 'List exported files',
      description: 'Newest first.',
      answers: { 200: { description: 'A page of files.', body: ExportPage, headers: { Link: 'sometimes' } } },
    },
    input: { query: ListQuery },
    handle: async ({ principal, input, req, res }) => {
      const { cursor, limit } = input.query;
      const { items, nextAfter } = await listExports({ workspaceId: principal.workspaceId, after: cursor ?? null, limit });
      const nextCursor = nextAfter === null ? null : toPublicId('export', nextAfter);
      setNextLink({ req, res }, nextCursor);
      res.json({ items: items.map(toExportBody), nextCursor });
    },
  });

const read = ({ readExport }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/exports/:id',
    scope: 'data:read',
    doc: {
      operationId: 'readExport',
      tag: 'Exports',
      summary: 'Read about an exported file',
      answers: { 200: { description: 'What is known of the file.', body: ExportBody } },
    },
    input: OneExport,
    handle: async ({ principal, input, res }) => {
      res.json(toExportBody(await readExport(principal.workspaceId, input.path.id)));
    },
  });

const download = ({ readExport, files }: Deps): KeyedRoute =>
  keyedRoute({
    method: 'get',
    path: '/v1/exports/:id/file',
    scope: 'data:read',
    doc: {
      operationId: 'downloadExport',
      tag: 'Exports',
      summary: 'Download an exported file',
      description: 'CSV (RFC 4180) begins with a byte order mark, as spreadsheets want it; JSON Lines has one comment a line.',
      answers: {
        200: {
          description: 'The file.',
          media: ['text/csv', 'application/x-ndjson'],
          headers: { 'Content-Disposition': 'always', 'Content-Length': 'always', 'Repr-Digest': 'always', ETag: 'always' },
        },
        304: { description: 'You have it: a file never changes.', headers: { ETag: 'always' } },
      },
    },
    input: { ...OneExport, header: z.object({ 'if-none-match': IfNoneMatch }) },
    isStream: true,
    handle: async ({ principal, input, req, res, untilGone }) => {
      const file = await withDeadline(readExport(principal.workspaceId, input.path.id), LOOK_UP_DEADLINE_MS, 'The answer');
      const etag = `"${file.sha256}"`;
      if (namesTag(input.header['if-none-match'], etag)) return void res.status(304).set('ETag', etag).end();
      const { bytes, stream } = await files.open(file.fileKey);
      res.set({
        'Content-Type': mediaTypes[file.format],
        'Content-Length': String(bytes),
        'Content-Disposition': `attachment; filename="${file.fileName}"`,
        // RFC 9530; the digest was taken while the file was written.
        'Repr-Digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
        ETag: etag,
      });
      if (req.method === 'HEAD') {
        stream.destroy();
        return void res.end();
      }
      const gone = untilGone();
      await pipeline(stream, res, { signal: gone }).catch((thrown: unknown) => {
        // Somebody who hangs up is no fault of ours.
        if (!gone.aborted) throw thrown;
      });
    },
  });
