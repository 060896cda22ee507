import type { WallRow } from '@otklik/contracts';
import type { VkApiError } from '@otklik/shared';
import type { Frontier } from '../frontier/frontier.ts';
import { isTaken } from '../frontier/targets.ts';
import { closeWalls } from './close-walls.ts';
import { type Reaped, gather } from './harvest.ts';
import type { ReadContext } from './read-context.ts';
import { failWall, withWall, withoutWall } from './take-listing.ts';

/** A wall whose name was looked up: its posts are listed, or those found that are wanted by number. */
export const takeWall = (from: Frontier, { ref, row }: { readonly ref: string; readonly row: WallRow }, context: ReadContext): Reaped => {
  const open = from.walls.find((wall) => wall.ref === ref);
  const frontier = context.isOnlyTarget ? { ...from, ownerId: row.ownerId } : from;
  const harvest = { walls: [row] };
  if (open === undefined) return { frontier, harvest };
  // A list may have the same wall by its id and by its name.
  const others = { ...from, walls: from.walls.filter((wall) => wall !== open) };
  if (isTaken(others, row.ownerId)) return { frontier: withoutWall(frontier, open), harvest };
  const { postIds } = context.plan;
  if (postIds === null) return { frontier: withWall(frontier, open, { ...open, ownerId: row.ownerId }), harvest };
  const wanted = postIds.map((postId) => `${row.ownerId}_${postId}`);
  const wall = { ...open, ownerId: row.ownerId, isListed: true, isByNumber: true as const };
  return { frontier: { ...withWall(frontier, open, wall), wanted: [...frontier.wanted, ...wanted] }, harvest };
};

/** A wall that another target names, too: it is read there. */
export const leaveWall = (frontier: Frontier, ref: string): Reaped => ({
  frontier: { ...frontier, walls: frontier.walls.filter((wall) => wall.ref !== ref) },
});

/** A wall that VK has not, or does not show. */
export const refuseWall = (
  frontier: Frontier,
  { ref, error }: { readonly ref: string; readonly error: VkApiError },
  context: ReadContext,
): Reaped => {
  const open = frontier.walls.find((wall) => wall.ref === ref);
  if (open === undefined) return { frontier };
  const failed = failWall(frontier, open, error);
  const closed = closeWalls(failed.frontier, context);
  return { frontier: closed.frontier, harvest: gather([failed.harvest ?? {}, closed.harvest]) };
};
