import { NotFoundError } from '@otklik/shared';
import type { Wall } from '../state/wall.ts';
import type { World } from '../state/world.ts';
import type { Command, CommandResult } from './commands.ts';
import { type BehaviourDeps, runBehaviourCommand } from './run-behaviour-command.ts';
import { runWallCommand, wallOf } from './run-wall-command.ts';

export type CommandDeps = BehaviourDeps & { readonly world: World; readonly now: () => number };

/** Does what a script asks for. Throws NotFoundError when wall, post or comment is not there. */
export const makeRunCommand =
  (deps: CommandDeps) =>
  (command: Command): CommandResult => {
    const { world, now } = deps;
    const seconds = Math.floor(now() / 1_000);
    switch (command.do) {
      case 'addToken':
      case 'tokenState':
      case 'fail':
      case 'failSometimes':
      case 'latency':
      case 'keepLog':
      case 'resetLog':
      case 'resetRules':
        runBehaviourCommand(command, deps);
        return {};
      case 'addComment':
        return { id: found(wallOf(world, command.ownerId).addComment({ ...command, date: seconds }), 'post or comment') };
      case 'deleteComment':
        deleteComment(wallOf(world, command.ownerId), command);
        return {};
      case 'editComment':
        if (!wallOf(world, command.ownerId).editComment(command.commentId, command.text))
          throw new NotFoundError('There is no such comment.');
        return {};
      case 'addPost':
        return { id: wallOf(world, command.ownerId).addPost({ text: command.text, date: seconds }) };
      case 'addPopulation':
      case 'deletePost':
      case 'pinPost':
      case 'closeComments':
      case 'banWall':
      case 'closeWall':
      case 'reopen':
      case 'live':
      case 'advance':
        runWallCommand(world, command);
        return {};
    }
  };

const deleteComment = (wall: Wall, { commentId, leaving }: Extract<Command, { do: 'deleteComment' }>): void => {
  const postId = found(wall.postIdOf(commentId), 'comment');
  const hasReplies = (wall.discussionOf(postId)?.repliesTo(commentId).length ?? 0) > 0;
  if (!wall.deleteComment(commentId, leaving ?? (hasReplies ? 'stub' : 'nothing'))) throw new NotFoundError('There is no such comment.');
};

const found = <T>(thing: T | undefined, what: string): T => {
  if (thing === undefined) throw new NotFoundError(`There is no such ${what}.`);
  return thing;
};
