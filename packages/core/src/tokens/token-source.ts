import type { VkCallCount, VkTokenRef, VkTokenStore } from '@otklik/contracts';
import type { Clock, Keyring, Logger } from '@otklik/shared';
import { createCallLedger } from './call-ledger.ts';
import { INSTALLATION, type InstallationOptions, createInstallationToken } from './installation-token.ts';
import { createTokenShelf } from './token-shelf.ts';
import { type UsableToken, toRef } from './usable-token.ts';

type Fault = VkTokenRef & { readonly vkCode: number; readonly reason: string };

/**
 * The tokens of each workspace, and what becomes known of them while they are used. A `tokenId` is the public one: `vkt_…`, or
 * `installation` for the token of the environment, of which everything is kept in this process alone.
 */
export type TokenSource = {
  /** Usable and parked ones, not the invalid. May be some seconds old where one can be used. Throws DatabaseError or the signal's reason. */
  tokens(workspaceId: string, signal: AbortSignal): Promise<readonly UsableToken[]>;
  /** `method` null: all of the token. */
  park(input: Fault & { readonly method: string | null; readonly until: Date }): Promise<void>;
  invalidate(input: Fault): Promise<void>;
  learn(
    input: VkTokenRef & { readonly mayExecute?: boolean; readonly dailyCap?: { readonly method: string; readonly calls: number } },
  ): Promise<void>;
  /** Adds to the ledger; written some seconds later, all together. */
  count(calls: readonly VkCallCount[]): Promise<void>;
  start(): void;
  /** Writes what was counted. */
  stop(): Promise<void>;
};

type Deps = {
  readonly tokens: Pick<VkTokenStore, 'sealed' | 'park' | 'invalidate' | 'learn' | 'count'>;
  readonly keyring: Keyring | undefined;
  /** Used by workspaces that have no token of their own. */
  readonly installation?: InstallationOptions | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How old an answer may be. Default 3 s. */
  readonly freshMs?: number;
  /** How long calls are summed up before they are written. Default 5 s. */
  readonly countEveryMs?: number;
};

/** Opens the tokens of workspaces for those who call VK. One per process. */
export const createTokenSource = (deps: Deps): TokenSource => {
  const { tokens: store, clock, logger } = deps;
  const ledger = createCallLedger({ store, clock, logger, everyMs: deps.countEveryMs ?? 5_000 });
  const shelf = createTokenShelf({ ...deps, freshMs: deps.freshMs ?? 3_000 });
  const installation = deps.installation && createInstallationToken(deps.installation);
  const isOurs = ({ tokenId }: Pick<VkTokenRef, 'tokenId'>): boolean => tokenId === INSTALLATION;

  return {
    tokens: async (workspaceId, signal) => {
      const own = await shelf.tokensOf(workspaceId);
      signal.throwIfAborted();
      const found = own === null ? (installation?.tokens() ?? []) : own.map((token) => ledger.withPending(token));
      // Who finds none that can be used comes back when one was added, and must not be told what was known before that.
      if (found.every(({ parkedUntil }) => parkedUntil !== null && parkedUntil > new Date())) shelf.forget(workspaceId);
      return found;
    },
    park: async ({ workspaceId, tokenId, ...fault }) => {
      logger.warn('VK token parked', { vkTokenId: tokenId, ...fault });
      if (isOurs({ tokenId })) return installation?.park(fault);
      await store.park(toRef({ workspaceId, tokenId }), fault);
      shelf.forget(workspaceId);
    },
    invalidate: async ({ workspaceId, tokenId, ...fault }) => {
      logger.warn('VK token taken out', { vkTokenId: tokenId, ...fault });
      if (isOurs({ tokenId })) return installation?.invalidate();
      await store.invalidate(toRef({ workspaceId, tokenId }), fault);
      shelf.forget(workspaceId);
    },
    learn: async ({ workspaceId, tokenId, ...facts }) => {
      if (isOurs({ tokenId })) return installation?.learn(facts);
      await store.learn(toRef({ workspaceId, tokenId }), facts);
      shelf.forget(workspaceId);
    },
    count: async (calls) => {
      installation?.count(calls.filter(isOurs));
      ledger.add(calls.filter((one) => !isOurs(one)));
    },
    start: ledger.start,
    stop: ledger.stop,
  };
};
