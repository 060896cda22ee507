import type { WallReads } from '@otklik/contracts';
import type { Frontier } from '../frontier/frontier.ts';
import { keyOfRef } from '../planning/asked.ts';

type Deps = {
  readonly walls: Pick<WallReads, 'coverage'>;
  readonly workspaceId: string;
  /** Comments first stored since then count as new. */
  readonly newSince: Date | null;
  readonly signal: AbortSignal;
};

/**
 * Counts what is stored of the finished posts into the totals. Counted from the rows, not added up on the way: an attempt
 * that was cut off reports the same numbers as one that was not.
 */
export const countPosts = async (frontier: Frontier, { walls, workspaceId, newSince, signal }: Deps): Promise<Frontier> => {
  const { uncounted, totals } = frontier;
  if (uncounted.posts.length === 0) return frontier;
  const keys = uncounted.posts.map(keyOfRef);
  const coverage = await walls.coverage({ workspaceId, keys, ...(newSince !== null && { newSince }), signal });
  const missingBy = { ...totals.missingBy };
  for (const { state, missing } of coverage.reasons) missingBy[state] += missing;
  return {
    ...frontier,
    uncounted: { posts: [], read: 0 },
    totals: {
      ...totals,
      posts: totals.posts + coverage.posts,
      comments: totals.comments + coverage.collected,
      newComments: totals.newComments + coverage.collectedSince,
      claimed: totals.claimed + coverage.claimed,
      missing: totals.missing + coverage.missing,
      missingBy,
    },
  };
};
