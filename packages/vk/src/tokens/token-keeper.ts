import { type Clock, type Logger, type Pacing, type VkApiError, toAppError } from '@otklik/shared';
import type { VkMetrics } from '../metrics/vk-metrics.ts';
import type { Fate } from '../pool/next-step.ts';
import type { VkMethod } from '../vk-methods.ts';
import { makeDeeds } from './deeds.ts';
import { type TokenMemory, createTokenMemory } from './token-memory.ts';
import type { VkToken, VkTokenSource } from './token-source.ts';
import { freeAt } from './usable.ts';

type OfWorkspace = { readonly workspaceId: string; readonly token: VkToken };

/** VK said something of a token. */
export type Blow = OfWorkspace & {
  readonly method: VkMethod;
  readonly error: VkApiError;
  readonly fate: Fate;
  /** Calls of this request that were refused so. */
  readonly calls: number;
};

/** Knows which tokens can be used, and tells the source what VK says of them. */
export type TokenKeeper = {
  isFree(token: VkToken, method?: VkMethod): boolean;
  mayExecute(token: VkToken): boolean;
  /** Never rejects: what could not be stored is kept in mind for a moment. */
  bear(blow: Blow): Promise<void>;
  /** `execute` worked. */
  didExecute(of: OfWorkspace): void;
};

export type TokenKeeperDeps = {
  readonly source: VkTokenSource;
  readonly pacing: Pick<Pacing, 'slower'>;
  readonly metrics: Pick<VkMetrics, 'tooFast'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
};

export const createTokenKeeper = (deps: TokenKeeperDeps): TokenKeeper => {
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
