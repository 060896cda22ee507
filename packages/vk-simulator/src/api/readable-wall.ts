import type { Wall } from '../state/wall.ts';
import type { World } from '../state/world.ts';
import { refuse } from './refusal.ts';

/** The wall, if it may be read. Throws VkRefusal: 15, 18, 19, 30, or 100 for an owner that does not exist. */
export const readableWall = (world: World, ownerId: number): Wall => {
  const wall = world.wallOf(ownerId);
  if (wall !== undefined) world.live.visit(ownerId);
  if (wall === undefined) throw refuse(100, 'owner not exists');
  if (wall.refusal !== undefined) throw refuse(wall.refusal.code, wall.refusal.detail);
  return wall;
};
