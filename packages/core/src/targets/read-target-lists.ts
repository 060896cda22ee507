import type { TargetLineRow, TargetListRow, TargetLists, TargetOutcome } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';

type Deps = { readonly lists: Pick<TargetLists, 'get' | 'list' | 'lines' | 'remove'> };

type Page<Row, Place> = { readonly items: readonly Row[]; readonly nextAfter: Place | null };

export type ReadTargetLists = {
  /** Throws NotFoundError, also for another workspace's. */
  get(workspaceId: string, id: string): Promise<TargetListRow>;
  /** Newest first. */
  list(input: {
    readonly workspaceId: string;
    readonly after: string | null;
    readonly limit: number;
  }): Promise<Page<TargetListRow, string>>;
  /** In the order of the file. Throws NotFoundError. */
  lines(input: {
    readonly workspaceId: string;
    readonly id: string;
    readonly outcome: TargetOutcome | null;
    readonly after: number | null;
    readonly limit: number;
  }): Promise<Page<TargetLineRow, number>>;
  /** With its lines; jobs that have not read it whole will fail. Throws NotFoundError. */
  remove(workspaceId: string, id: string): Promise<void>;
};

/** Uploaded lists and their lines. `nextAfter` is the `after` of the next page; null when there is none. */
export const makeReadTargetLists = ({ lists }: Deps): ReadTargetLists => {
  const get: ReadTargetLists['get'] = async (workspaceId, id) => (await lists.get({ workspaceId, id })) ?? noSuchList();
  return {
    get,
    list: async ({ limit, ...query }) => {
      // One more than asked tells whether there is another page.
      const rows = await lists.list({ ...query, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return { items, nextAfter: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    lines: async ({ limit, ...query }) => {
      await get(query.workspaceId, query.id);
      const rows = await lists.lines({ ...query, limit: limit + 1 });
      const items = rows.slice(0, limit);
      return { items, nextAfter: rows.length > limit ? (items.at(-1)?.index ?? null) : null };
    },
    remove: async (workspaceId, id) => {
      if (!(await lists.remove({ workspaceId, id }))) noSuchList();
    },
  };
};

const noSuchList = (): never => {
  throw new NotFoundError('There is no such list in this workspace.');
};
