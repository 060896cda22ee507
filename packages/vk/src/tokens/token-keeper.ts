import { type Clock, type Logger, toAppError } from '@otklik/shared';
import type { VkMethod } from '../vk-methods.ts';
import { type Blow, type DeedDeps, type OfWorkspace, makeDeeds } from './deeds.ts';
import { type TokenMemory, createTokenMemory } from './token-memory.ts';
import type { VkToken } from './token-source.ts';
import { freeAt } from './usable.ts';

/** Knows which tokens can be used, and tells the source what VK says of them. */
export type TokenKeeper = {
  isFree(token: VkToken, method?: VkMethod): boolean;
  mayExecute(token: VkToken): boolean;
  /** Never rejects: what could not be stored is kept in mind for a moment. */
  bear(blow: Blow): Promise<void>;
  /** `execute` worked. */
  didExecute(of: OfWorkspace): void;
};

type Deps = DeedDeps & { readonly clock: Pick<Clock, 'now'>; readonly logger: Logger };

export const createTokenKeeper = (deps: Deps): TokenKeeper => {
  const { source, clock, logger } = deps;
  const memory: TokenMemory = createTokenMemory({ clock });
  const deeds = makeDeeds({ ...deps, memory });
  const told = async (what: Promise<void>, { tokenId }: VkToken): Promise<void> => {
    try {
      await what;
    } catch (thrown) {
      logger.warn('what VK says of a token could not be stored', { vkTokenId: tokenId, error: toAppError(thrown) });
    }
  };
  const isFree: TokenKeeper['isFree'] = (token, method) => {
    const now = Date.now();
    return freeAt(token, method, now) <= now && !memory.isResting(token, undefined) && !memory.isResting(token, method);
  };
  return {
    isFree,
    mayExecute: (token) => token.mayExecute !== false && !memory.cannotExecute(token) && isFree(token, 'execute'),
    bear: (blow) => told(deeds[blow.fate](blow), blow.token),
    didExecute: ({ workspaceId, token }) => {
      if (token.mayExecute !== null || !memory.isNewsThatItExecutes(token)) return;
      void told(source.learn({ workspaceId, tokenId: token.tokenId, mayExecute: true }), token);
    },
  };
};
