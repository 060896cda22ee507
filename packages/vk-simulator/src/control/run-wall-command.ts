import { NotFoundError } from '@otklik/shared';
import { randomPopulation } from '../population/random-world/random-population.ts';
import type { Wall } from '../state/wall.ts';
import type { World } from '../state/world.ts';
import type { WallCommand } from './wall-commands.ts';

/** Throws NotFoundError when wall or post is not there. */
export const runWallCommand = (world: World, command: WallCommand): void => {
  if (command.do === 'addPopulation') return world.settle(randomPopulation(command.seed));
  if (command.do === 'live') return world.live.start(command);
  if (command.do === 'advance') return world.live.advance(command.ms);
  const wall = wallOf(world, command.ownerId);
  switch (command.do) {
    case 'deletePost':
      return mustBeThere(wall.deletePost(command.postId));
    case 'pinPost':
      return mustBeThere(wall.pinPost(command.postId));
    case 'closeComments':
      return mustBeThere(wall.setComments(command.postId, 'closed'));
    case 'banWall':
      return wall.setRefusal({ code: 18 });
    case 'closeWall':
      return wall.setRefusal({ code: 15, detail: 'this wall available only for community members' });
    case 'reopen':
      return command.postId === undefined ? wall.setRefusal(undefined) : mustBeThere(wall.setComments(command.postId, 'open'));
  }
};

/** The wall for control, readable over the API or not. Throws NotFoundError. */
export const wallOf = (world: World, ownerId: number): Wall => {
  const wall = world.wallOf(ownerId);
  if (wall === undefined) throw new NotFoundError('There is no such wall.');
  return wall;
};

const mustBeThere = (isThere: boolean): void => {
  if (!isThere) throw new NotFoundError('There is no such post.');
};
