import { type Cache, type CircuitLimits, type Clock, type Logger, type Metrics, type Pacing, noMetrics } from '@otklik/shared';
import { createCircuitsOfKinds } from './circuits/circuits-of-kinds.ts';
import { vkCircuitLimits } from './circuits/create-circuits.ts';
import { createVkMetrics } from './metrics/vk-metrics.ts';
import { createBatchSizes } from './pool/batch-size.ts';
import { createWorkspacePool, type WorkspacePool } from './pool/workspace-pool.ts';
import { makeResolveWall } from './reads/resolve-wall.ts';
import { cacheWalls } from './reads/cache-walls.ts';
import type { VkReads } from './reads/vk-read.ts';
import { tellTokens } from './tokens/tell-tokens.ts';
import { createTokenKeeper } from './tokens/token-keeper.ts';
import type { VkTokenSource } from './tokens/token-source.ts';
import { MAX_ANSWER_BYTES, makeAsk } from './transport/ask.ts';
import { createVkHttp } from './transport/http.ts';

export type VkPoolOptions = {
  /** Without `/method`: `https://api.vk.com`. */
  readonly baseUrl: string;
  readonly source: VkTokenSource;
  /** Shared by all processes that use the same tokens. Not closed with the pool. */
  readonly pacing: Pacing;
  /** Remembers whose wall a name is. Default: nothing is remembered. */
  readonly cache?: Cache | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Metrics;
  /** Limit of one request. Default 30 s. */
  readonly timeoutMs?: number;
  /** Tries of one call whose fault may pass by itself. Default 3. */
  readonly tries?: number;
  /** When a method is held back, and for how long. Default: `vkCircuitLimits`, and `tries` failures in a row. */
  readonly circuit?: Partial<CircuitLimits> | undefined;
};

export type VkPool = {
  of(workspaceId: string): VkReads;
  close(): Promise<void>;
};

const DEFAULT_TRIES = 3;

/**
 * VK through all the tokens of a workspace: each request goes with the token whose turn comes first, several reads go into
 * one request where the token may `execute`, and what VK says of a token is remembered. One per process.
 */
export const createVkPool = (options: VkPoolOptions): VkPool => {
  const { baseUrl, pacing, cache, clock, logger, timeoutMs = 30_000, tries = DEFAULT_TRIES } = options;
  const metrics = createVkMetrics(options.metrics ?? noMetrics);
  const source = tellTokens({ source: options.source, metrics });
  const http = createVkHttp({ baseUrl, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
  const circuits = createCircuitsOfKinds({
    limits: { ...vkCircuitLimits, failuresInARow: tries, ...options.circuit },
    clock,
    logger,
    metrics,
  });
  const shared = {
    source,
    pacing,
    metrics,
    clock,
    logger,
    tries,
    ask: makeAsk({ http, metrics, clock }),
    circuitOf: circuits.of,
    keeper: createTokenKeeper({ source, pacing, metrics, clock, logger }),
    sizes: createBatchSizes(),
  };
  const pools = new Map<string, VkReads>();
  const open = (workspaceId: string): VkReads => {
    const pool: WorkspacePool = createWorkspacePool({ ...shared, workspaceId });
    const walls = { resolveWall: makeResolveWall(pool) };
    return { turn: pool.turn, resolveWall: (cache === undefined ? walls : cacheWalls({ reader: walls, cache })).resolveWall };
  };
  return {
    of: (workspaceId) => {
      const pool = pools.get(workspaceId) ?? open(workspaceId);
      pools.set(workspaceId, pool);
      return pool;
    },
    close: async () => {
      circuits.close();
      await http.close();
    },
  };
};
