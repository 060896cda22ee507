import { type WallCheck, createTokenSource } from '@otklik/core';
import type { Database } from '@otklik/db';
import { type Cache, type Keyring, type Logger, type Pacing, type Scope, systemClock } from '@otklik/shared';
import { type VkTokenKind, createVkPool } from '@otklik/vk';

/** How the API asks VK about targets. */
export type WallCheckConfig = {
  readonly baseUrl: string;
  /** Of workspaces that have none of their own. */
  readonly token?: string;
  readonly tokenKind: VkTokenKind;
  readonly requestsPerSecond: number;
};

type Deps = {
  readonly config: WallCheckConfig;
  readonly keyring: Keyring | undefined;
  readonly db: Pick<Database, 'vkTokens'>;
  readonly cache: Cache;
  /** Shared with the workers. */
  readonly pacing: Pacing;
  readonly scope: Scope;
  readonly logger: Logger;
};

/** Shorter than a check as a whole: VK that does not answer is told from tokens that have no turn left. */
const REQUEST_MS = 1_000;

/** Asks VK about walls with the tokens of the workspaces, in turn with the workers; what it answers is cached. */
export const openWallCheck = ({ config, keyring, db, cache, pacing, scope, logger }: Deps): { of(workspaceId: string): WallCheck } => {
  const { baseUrl, token: secret, tokenKind: kind, requestsPerSecond } = config;
  const installation = secret === undefined ? undefined : { secret, kind, requestsPerSecond };
  const clock = systemClock;
  const source = scope.use('tokens', createTokenSource({ tokens: db.vkTokens, keyring, installation, clock, logger }), (it) => it.stop());
  source.start();
  const options = { baseUrl, source, pacing, cache, clock, logger, timeoutMs: REQUEST_MS, tries: 1 };
  const pool = scope.use('vk', createVkPool(options), (it) => it.close());
  return {
    of: (workspaceId) => ({
      resolveWall: (ref, signal) => pool.of(workspaceId).resolveWall(ref, signal),
      mayBeMember: async (signal) => (await source.tokens(workspaceId, signal)).some((token) => token.kind === 'user'),
    }),
  };
};
