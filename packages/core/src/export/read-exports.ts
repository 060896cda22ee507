import type { ExportFileRow, ExportStore } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';

type Deps = { readonly exports: Pick<ExportStore, 'get' | 'list'> };

export type ReadExport = (workspaceId: string, id: string) => Promise<ExportFileRow>;

/** One finished export. Throws NotFoundError, also for another workspace's. */
export const makeReadExport =
  ({ exports }: Deps): ReadExport =>
  async (workspaceId, id) => {
    const file = await exports.get(workspaceId, id);
    if (file === null) throw new NotFoundError('There is no such export in this workspace.');
    return file;
  };

export type ListExportsInput = { readonly workspaceId: string; readonly after: string | null; readonly limit: number };
export type ExportPage = { readonly items: readonly ExportFileRow[]; readonly nextAfter: string | null };
export type ListExports = (input: ListExportsInput) => Promise<ExportPage>;

/** Finished exports, newest first. `nextAfter` is the `after` of the next page; null when there is none. */
export const makeListExports =
  ({ exports }: Deps): ListExports =>
  async ({ limit, ...query }) => {
    // One more than asked tells whether there is another page.
    const rows = await exports.list({ ...query, limit: limit + 1 });
    const items = rows.slice(0, limit);
    return { items, nextAfter: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  };
