import type { TokenRegistry } from '../limits/token-registry.ts';
import type { RequestStatistics } from '../statistics/request-statistics.ts';
import type { CallLog } from './call-log.ts';
import type { Command } from './commands.ts';
import type { Latency } from './latency.ts';
import type { Script } from './script.ts';

export type BehaviourDeps = {
  readonly tokens: TokenRegistry;
  readonly script: Script;
  readonly log: CallLog;
  readonly statistics: RequestStatistics;
  readonly latency: Latency;
};

type BehaviourCommand = Extract<
  Command,
  { do: 'addToken' | 'tokenState' | 'fail' | 'failSometimes' | 'latency' | 'keepLog' | 'resetLog' | 'resetRules' }
>;

/** Sets how calls are answered and what is kept of them. Throws NotFoundError for an unknown token. */
export const runBehaviourCommand = (command: BehaviourCommand, { tokens, script, log, statistics, latency }: BehaviourDeps): void => {
  switch (command.do) {
    case 'addToken':
      return tokens.add(command);
    case 'tokenState':
      return tokens.change(command.token, command.state === 'active' ? 'active' : { ...command, state: command.state });
    case 'fail':
    case 'failSometimes':
      return script.add(command);
    case 'latency':
      return latency.set(command);
    case 'keepLog':
      return log.keep(command.entries);
    case 'resetLog':
      log.reset();
      return statistics.reset();
    case 'resetRules':
      script.reset();
      return latency.reset();
  }
};
