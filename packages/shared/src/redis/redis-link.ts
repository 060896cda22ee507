import { Redis } from 'ioredis';
import { CacheError } from '../errors/infrastructure-errors.ts';
import type { Logger } from '../logging/logger.ts';
import type { CircuitState } from '../resilience/circuit-limits.ts';
import { type OutageWords, createRedisCircuit } from './redis-circuit.ts';
import { connectionOptions } from './redis-options.ts';
import { withinPatience } from './within-patience.ts';

/** What a store that is not asked answers. */
export const AWAY = Symbol('away');

type Question = (client: Redis) => Promise<unknown>;

export type RedisLink = {
  /** The answer of Redis, or AWAY: at once while the circuit is open, else within the deadline. Never rejects. */
  ask(operation: string, question: Question): Promise<unknown>;
  state(): CircuitState;
  /** Whether the next question would be put. */
  isThere(): boolean;
  /** Resolves when the first try to connect has ended, well or not. */
  readonly triedToConnect: Promise<void>;
  close(): void;
};

type Deps = {
  readonly url: string;
  /** As in "The Redis of the cache". */
  readonly name: string;
  readonly words: OutageWords;
  /** Tried to see whether the store is well again. Rejects while it is not. */
  readonly probe: Question;
  /** It can be asked: for the first time, or again. */
  readonly onWell: () => void;
  readonly deadlineMs: number;
  readonly retryAfterMs: number;
  readonly logger: Logger;
  readonly onTook: (operation: string, seconds: number) => void;
};

/** One connection to Redis behind a circuit. Connecting goes on in the background for ever. */
export const openRedisLink = ({ url, name, words, probe, onWell, deadlineMs, retryAfterMs, logger, onTook }: Deps): RedisLink => {
  const client = new Redis(url, connectionOptions);
  let lastFault = 'it was never there';
  const put = async (operation: string, question: Question): Promise<unknown> => {
    const startedAt = performance.now();
    try {
      if (client.status !== 'ready') throw new CacheError(`${name} can not be reached: ${lastFault}`);
      return await withinPatience(question(client), deadlineMs, name);
    } finally {
      onTook(operation, (performance.now() - startedAt) / 1_000);
    }
  };
  const circuit = createRedisCircuit({ name, words, probe: () => put('probe', probe), onClosed: onWell, retryAfterMs, logger });
  client.on('error', (error) => (lastFault = error.message));
  client.on('ready', () => circuit.state() === 'closed' && onWell());
  // While a process starts its connection is not there yet, and that is no fault. One that was lost is.
  let isStarting = true;
  const triedToConnect = new Promise<void>((resolve) => {
    const end = (): void => {
      isStarting = false;
      resolve();
    };
    client.once('ready', end);
    client.once('close', end);
  });

  return {
    ask: async (operation, question) => {
      if (circuit.state() !== 'closed' || isStarting) return AWAY;
      try {
        return await circuit.run(() => put(operation, question));
      } catch {
        return AWAY;
      }
    },
    state: circuit.state,
    isThere: () => circuit.state() === 'closed' && client.status === 'ready',
    triedToConnect,
    close: () => {
      circuit.close();
      client.disconnect();
    },
  };
};
