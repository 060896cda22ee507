import type { ParseResult } from '@otklik/contracts';
import { reasonOf } from '../frontier/failures.ts';
import type { Frontier } from '../frontier/frontier.ts';
import { keyOfRef } from '../planning/asked.ts';

/** What a collection hands over when nothing is open. `postId`: the only post that was to be collected. */
export const resultOf = (at: Frontier, postId: string | null): ParseResult => ({
  ownerId: at.ownerId,
  postId,
  ownerIds: at.ownerIds,
  ...at.totals,
  failedPosts: at.failures.posts.map(({ ref, vkCode }) => ({ ...keyOfRef(ref), vkCode, reason: reasonOf(at, vkCode) })),
  failedWalls: at.failures.walls.map(({ ref, vkCode }) => ({ ref, vkCode, reason: reasonOf(at, vkCode) })),
  failedTotal: at.failures.total,
});
