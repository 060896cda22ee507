import { NotFoundError } from '@otklik/shared';
import type { TokenRegistry } from '../limits/token-registry.ts';
import type { Wall } from '../state/wall.ts';
import type { World } from '../state/world.ts';
import type { RequestStatistics } from '../statistics/request-statistics.ts';
import type { CallLog } from './call-log.ts';
import type { Command, CommandResult } from './commands.ts';
import type { Latency } from './latency.ts';
import { runWallCommand, wallOf } from './run-wall-command.ts';
import type { Script } from './script.ts';

export type CommandDeps = {
  readonly world: World;
  readonly tokens: TokenRegistry;
  readonly script: Script;
  readonly log: CallLog;
  readonly statistics: RequestStatistics;
  readonly latency: Latency;
  readonly now: () => number;
};

/** Does what a script asks for. Throws NotFoundError when wall, post or comment is not there. */
export const makeRunCommand =
  ({ world, tokens, script, log, statistics, latency, now }: CommandDeps) =>
  (command: Command): CommandResult => {
    const seconds = Math.floor(now() / 1_000);
    switch (command.do) {
      case 'addToken':
        tokens.add(command);
        return {};
      case 'tokenState':
        tokens.change(command.token, command.state === 'active' ? 'active' : { ...command, state: command.state });
        return {};
      case 'keepLog':
        log.keep(command.entries);
        return {};
      case 'fail':
      case 'failSometimes':
        script.add(command);
        return {};
      case 'latency':
        latency.set(command);
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
      case 'resetLog':
        log.reset();
        statistics.reset();
        return {};
      case 'resetRules':
        script.reset();
        latency.reset();
        return {};
      case 'addPopulation':
      case 'deletePost':
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
