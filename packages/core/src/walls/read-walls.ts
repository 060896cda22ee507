import type { PostView, WallCoverage, WallReads, WallView } from '@otklik/contracts';
import { NotFoundError } from '@otklik/shared';

/** Posts that are not complete, as one answer about a wall names them. */
const INCOMPLETE_NAMED = 20;

type Page<T> = {
  readonly items: readonly T[];
  /** The `after` of the next page; null when there is none. */
  readonly nextAfter: string | null;
};

export type ListWalls = (input: Parameters<WallReads['listWalls']>[0]) => Promise<Page<WallView>>;

/** Walls by owner. */
export const makeListWalls =
  ({ walls }: { readonly walls: Pick<WallReads, 'listWalls'> }): ListWalls =>
  async (input) =>
    pageOf(await walls.listWalls({ ...input, limit: input.limit + 1 }), input.limit, ({ ownerId }) => ownerId);

export type ListPosts = (input: Parameters<WallReads['listPosts']>[0]) => Promise<Page<PostView>>;

/** Posts of a wall, newest first; none of a wall that is not there. */
export const makeListPosts =
  ({ walls }: { readonly walls: Pick<WallReads, 'listPosts'> }): ListPosts =>
  async (input) =>
    pageOf(await walls.listPosts({ ...input, limit: input.limit + 1 }), input.limit, ({ postId }) => postId);

export type WallInDetail = {
  readonly wall: WallView;
  readonly coverage: WallCoverage;
  /** The newest of them. */
  readonly incompletePosts: readonly PostView[];
};
export type ReadWall = (workspaceId: string, ownerId: string) => Promise<WallInDetail>;

/** A wall with its coverage. Throws NotFoundError, also for another workspace's. */
export const makeReadWall =
  ({ walls }: { readonly walls: Pick<WallReads, 'wallInDetail' | 'listPosts'> }): ReadWall =>
  async (workspaceId, ownerId) => {
    const found = await walls.wallInDetail({ workspaceId, ownerId });
    if (found === null) throw new NotFoundError('There is no such wall in this workspace.');
    if (found.coverage.reasons.length === 0) return { ...found, incompletePosts: [] };
    const asked = { workspaceId, ownerId, isIncomplete: true, after: null, limit: INCOMPLETE_NAMED };
    return { ...found, incompletePosts: await walls.listPosts(asked) };
  };

/** One more row than asked tells whether there is another page. */
const pageOf = <T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> => {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextAfter: rows.length > limit && last !== undefined ? keyOf(last) : null };
};
