import type { Redis, RedisOptions } from 'ioredis';
import { GatheringRedis } from './gathering-redis.ts';
import type { QueueTiming } from './queue-timing.ts';

type Deps = {
  readonly queueUrl: string;
  readonly timing: QueueTiming;
  readonly onError: (error: Error) => void;
};

/** The connections of one process to the queue's Redis. */
export type RedisClients = {
  /** Of all producers: fails fast. */
  readonly producer: Redis;
  /** One for each worker, so that none inherits the trouble of another: waits. */
  openConsumer(): { readonly client: Redis; release(): void };
  close(): void;
};

export const openRedisClients = ({ queueUrl, timing, onError }: Deps): RedisClients => {
  const open = new Set<Redis>();
  const connect = (options: ReturnType<typeof producerOptions | typeof consumerOptions>): Redis => {
    const client = new GatheringRedis(queueUrl, options);
    client.on('error', onError);
    open.add(client);
    return client;
  };
  const close = (client: Redis): void => {
    open.delete(client);
    client.disconnect();
  };

  return {
    producer: connect(producerOptions(timing)),
    openConsumer: () => {
      const client = connect(consumerOptions(timing));
      return { client, release: () => close(client) };
    },
    close: () => {
      for (const client of open) close(client);
    },
  };
};

/** A connection that is being made is worth a moment; one that was refused is not. */
export const whileConnecting = async (client: Redis): Promise<void> => {
  if (client.status !== 'connecting' && client.status !== 'connect') return;
  const settled = Promise.withResolvers<void>();
  client.once('ready', settled.resolve);
  client.once('close', settled.resolve);
  await settled.promise;
  client.off('ready', settled.resolve);
  client.off('close', settled.resolve);
};

const retryStrategy = (tries: number): number => Math.min(100 * tries, 1_000);

/** After a failover the old primary is read-only: connect again to find the new one. */
const reconnectOnError = (error: Error): boolean => error.message.startsWith('READONLY');

const producerOptions = ({ commandTimeoutMs }: QueueTiming) =>
  ({
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2_000,
    commandTimeout: commandTimeoutMs,
    // A peer that vanished without a word would otherwise hold the connection for many minutes.
    socketTimeout: commandTimeoutMs,
    retryStrategy,
    reconnectOnError,
  }) satisfies RedisOptions;

const consumerOptions = ({ drainDelayMs, commandTimeoutMs }: QueueTiming) =>
  ({
    maxRetriesPerRequest: null,
    connectTimeout: 2_000,
    // Longer than the longest silence of a healthy connection, which is the long poll: with BullMQ's delayed jobs, which we
    // don't use, that could be 10 s.
    socketTimeout: drainDelayMs + commandTimeoutMs,
    retryStrategy,
    reconnectOnError,
  }) satisfies RedisOptions;
