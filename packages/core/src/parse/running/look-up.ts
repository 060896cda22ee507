import type { KnownPost, PostRow, WallReads, WallRow } from '@otklik/contracts';
import { postRef } from '../planning/asked.ts';
import type { TargetSource } from '../frontier/targets.ts';
import type { Answered } from '../reading/take-answers.ts';
import type { PostsPage, VkReadAnswer } from '../vk-reads.ts';

type Deps = {
  readonly walls: Pick<WallReads, 'knownPosts' | 'wallByOwner'>;
  readonly targets: Pick<TargetSource, 'named'>;
  readonly workspaceId: string;
  readonly signal: AbortSignal;
};

export type LookUp = {
  /** What earlier collections know of the posts that the answers list, by `<owner>_<post>`. */
  knownPosts(answers: readonly VkReadAnswer[]): Promise<ReadonlyMap<string, KnownPost>>;
  /** Walls that posts of the answers belong to and that are not stored, named as the answers name them. */
  newWalls(answers: readonly VkReadAnswer[]): Promise<readonly WallRow[]>;
  /** Posts of the pages of walls that are targets by themselves, too, by `<owner>_<post>`. */
  namedPosts(answered: Answered): Promise<ReadonlySet<string>>;
  /** Whether another target names the same wall by its id. */
  isNamedElsewhere(ref: string, wall: WallRow): Promise<boolean>;
};

/** What is known already, and ordered elsewhere, of that which VK answers. */
export const createLookUp = ({ walls, targets, workspaceId, signal }: Deps): LookUp => {
  const stored = new Set<string>();
  return {
    knownPosts: async (answers) => {
      const known = new Map<string, KnownPost>();
      for (const [ownerId, posts] of byOwner(answers)) {
        const postIds = posts.map(({ postId }) => postId);
        for (const post of await walls.knownPosts({ workspaceId, ownerId, postIds, signal }))
          known.set(postRef({ ownerId, ...post }), post);
      }
      return known;
    },
    newWalls: async (answers) => {
      const rows: WallRow[] = [];
      for (const ownerId of byOwner(answers).keys()) {
        if (stored.has(ownerId)) continue;
        stored.add(ownerId);
        if ((await walls.wallByOwner({ workspaceId, ownerId, signal })) === null) rows.push(wallRowOf(ownerId, pagesOf(answers)));
      }
      return rows;
    },
    namedPosts: ({ asked, answers }) => {
      const pages = answers.filter((_, index) => asked[index]?.kind === 'listing' || asked[index]?.kind === 'pin');
      return targets.named(
        pagesOf(pages).flatMap(({ posts }) => posts.map(postRef)),
        signal,
      );
    },
    isNamedElsewhere: async (ref, { ownerId }) => ref !== ownerId && (await targets.named([ownerId], signal)).has(ownerId),
  };
};

const pagesOf = (answers: readonly VkReadAnswer[]): readonly PostsPage[] =>
  answers.flatMap((answer) => (answer.kind === 'posts' ? [answer.page] : []));

const byOwner = (answers: readonly VkReadAnswer[]): ReadonlyMap<string, readonly PostRow[]> =>
  Map.groupBy(
    pagesOf(answers).flatMap(({ posts }) => posts),
    ({ ownerId }) => ownerId,
  );

/** Of a community it is not said here of which sort it is: a group is the most common one. */
const wallRowOf = (ownerId: string, pages: readonly PostsPage[]): WallRow => {
  const isCommunity = ownerId.startsWith('-');
  const key = isCommunity ? `club${ownerId.slice(1)}` : `id${ownerId}`;
  const owner = pages.flatMap(({ authors }) => authors).find(({ authorKey }) => authorKey === key);
  return { ownerId, kind: isCommunity ? 'group' : 'user', name: owner?.name ?? key, screenName: owner?.screenName ?? null };
};
