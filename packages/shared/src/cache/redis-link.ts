import { Redis } from 'ioredis';
import { CacheError } from '../errors/infrastructure-errors.ts';
import type { Logger } from '../logging/logger.ts';
import type { CircuitState } from '../resilience/circuit-limits.ts';
import { createCacheCircuit } from './cache-circuit.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { connectionOptions } from './redis-options.ts';
import { withinPatience } from './within-patience.ts';

/** What a store that is not asked answers. */
export const AWAY = Symbol('away');

type Question = (client: Redis) => Promise<unknown>;

export type RedisLink = {
  /** The answer of Redis, or AWAY: at once while the circuit is open, else within the deadline. Never rejects. */
  ask(operation: string, question: Question): Promise<unknown>;
  state(): CircuitState;
  close(): void;
};

type Deps = {
  readonly url: string;
  /** Tried to see whether the store is well again. Rejects while it is not. */
  readonly probe: Question;
  /** It can be asked: for the first time, or again. */
  readonly onWell: () => void;
  readonly deadlineMs: number;
  readonly retryAfterMs: number;
  readonly logger: Logger;
  readonly metrics: CacheMetrics;
};

/** One connection to Redis behind a circuit. Connecting goes on in the background for ever. */
export const openRedisLink = ({ url, probe, onWell, deadlineMs, retryAfterMs, logger, metrics }: Deps): RedisLink => {
  const client = new Redis(url, connectionOptions);
  let lastFault = 'it was never there';
  const put = async (operation: string, question: Question): Promise<unknown> => {
    const startedAt = performance.now();
    try {
      if (client.status !== 'ready') throw new CacheError(`There is no connection to the Redis of the cache: ${lastFault}`);
      return await withinPatience(question(client), deadlineMs);
    } finally {
      metrics.took(operation, (performance.now() - startedAt) / 1_000);
    }
  };
  const circuit = createCacheCircuit({ probe: () => put('probe', probe), onClosed: onWell, retryAfterMs, logger });
  client.on('error', (error) => (lastFault = error.message));
  client.on('ready', () => circuit.state() === 'closed' && onWell());

  return {
    ask: async (operation, question) => {
      if (circuit.state() !== 'closed' || isConnecting(client)) return AWAY;
      try {
        return await circuit.run(() => put(operation, question));
      } catch {
        return AWAY;
      }
    },
    state: circuit.state,
    close: () => {
      circuit.close();
      client.disconnect();
    },
  };
};

/** While a process starts its connection is not there yet, and that is no fault. */
const isConnecting = ({ status }: Redis): boolean => status === 'connecting' || status === 'connect';
