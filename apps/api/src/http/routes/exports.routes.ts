import { pipeline } from 'node:stream/promises';
import { type ExportFileRow, publicId, toPublicId } from '@otklik/contracts';
import type { ListExports, ReadExport } from '@otklik/core';
import { type FileStore, withDeadline } from '@otklik/shared';
import { z } from 'zod';
import { checkInput } from '../check-input.ts';
import { Cursor, IdPath, Limit } from '../inputs.ts';
import { setNextLink } from '../next-link.ts';
import type { Call, Route } from '../route.ts';
import { toExportBody } from '../views/data-views.ts';

const ListQuery = z.strictObject({ cursor: Cursor.pipe(publicId('export')).optional(), limit: Limit });

const ExportPath = IdPath('export');

/** The file may take as long as it takes; where it is may not. */
const LOOK_UP_DEADLINE_MS = 1_000;

const mediaTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' } as const;

type Deps = { readonly readExport: ReadExport; readonly listExports: ListExports; readonly files: Pick<FileStore, 'open'> };

/** Files that export jobs wrote. */
export const exportRoutes = (deps: Deps): Route[] => [
  { method: 'get', path: '/v1/exports', scope: 'data:read', handle: list(deps) },
  { method: 'get', path: '/v1/exports/:id', scope: 'data:read', handle: read(deps) },
  { method: 'get', path: '/v1/exports/:id/file', scope: 'data:read', handle: download(deps), isStream: true },
];

const list =
  ({ listExports }: Deps) =>
  async ({ principal, req, res }: Call): Promise<void> => {
    const { cursor, limit } = checkInput(ListQuery, req.query, 'query');
    const { items, nextAfter } = await listExports({ workspaceId: principal.workspaceId, after: cursor ?? null, limit });
    const nextCursor = nextAfter === null ? null : toPublicId('export', nextAfter);
    setNextLink({ req, res }, nextCursor);
    res.json({ items: items.map(toExportBody), nextCursor });
  };

const read =
  (deps: Deps) =>
  async (call: Call): Promise<void> => {
    call.res.json(toExportBody(await find(deps, call)));
  };

const download =
  (deps: Deps) =>
  async (call: Call): Promise<void> => {
    const file = await withDeadline(find(deps, call), LOOK_UP_DEADLINE_MS, 'The answer');
    const { bytes, stream } = await deps.files.open(file.fileKey);
    call.res.set({
      'Content-Type': mediaTypes[file.format],
      'Content-Length': String(bytes),
      'Content-Disposition': `attachment; filename="${file.fileName}"`,
      // RFC 9530; the digest was taken while the file was written.
      'Repr-Digest': `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`,
      ETag: `"${file.sha256}"`,
    });
    const gone = call.untilGone();
    await pipeline(stream, call.res, { signal: gone }).catch((thrown: unknown) => {
      // Somebody who hangs up is no fault of ours.
      if (!gone.aborted) throw thrown;
    });
  };

const find = ({ readExport }: Deps, { principal, req }: Call): Promise<ExportFileRow> =>
  readExport(principal.workspaceId, checkInput(ExportPath, req.params, 'path').id);
