import { type TokenSource, createTokenSource } from '@otklik/core';
import type { Database } from '@otklik/db';
import { type Cache, type Logger, type Metrics, type Pacing, type Scope, openPacing, systemClock } from '@otklik/shared';
import { type VkPool, createVkPool } from '@otklik/vk';
import type { WorkerConfig } from './config.ts';

type Deps = {
  readonly config: Pick<WorkerConfig, 'vk' | 'keyring' | 'cache' | 'queue'>;
  readonly db: Pick<Database, 'vkTokens'>;
  readonly cache: Cache;
  /** Default: one of its own, shared over the Redis of the cache. */
  readonly pacing: Pacing | undefined;
  readonly scope: Scope;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** VK through the tokens of each workspace, at the pace that all processes keep together. */
export const openVk = ({ config, db, cache, pacing: given, scope, logger, metrics }: Deps): VkPool => {
  const { baseUrl, circuit } = config.vk;
  const source = scope.use('VK tokens', openTokens({ config, db, logger }), (it) => it.stop());
  source.start();
  const open = (): Pacing =>
    scope.use('pacing', openPacing({ url: config.cache?.url, prefix: config.queue.prefix, logger }), (it) => it.close());
  const pacing = given ?? open();
  return scope.use('vk', createVkPool({ baseUrl, circuit, source, pacing, cache, clock: systemClock, logger, metrics }), (it) =>
    it.close(),
  );
};

const openTokens = ({ config: { vk, keyring }, db, logger }: Pick<Deps, 'config' | 'db' | 'logger'>): TokenSource => {
  const { token: secret, tokenKind: kind = 'service', requestsPerSecond } = vk;
  const installation = secret === undefined ? undefined : { secret, kind, requestsPerSecond };
  return createTokenSource({ tokens: db.vkTokens, keyring, installation, clock: systemClock, logger });
};
