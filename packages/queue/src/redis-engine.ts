import { type JobType, jobRegistry } from '@otklik/contracts';
import { ConfigError, type Logger } from '@otklik/shared';
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { createEntrance, queueOptions } from './bull-queue.ts';
import { createExit, createProcessor, workerOptions } from './bull-worker.ts';
import { createWindow } from './bull-window.ts';
import { createConnectionWatch } from './connection-watch.ts';
import { askQueue } from './queue-errors.ts';
import type { QueueEngine, QueueStoreFacts } from './queue-engine.ts';
import type { QueueTiming } from './queue-timing.ts';

type Options = {
  readonly queueUrl: string;
  /** First part of every key. On a Redis Cluster it must hold a hash tag, such as `{otklik}`. */
  readonly prefix: string;
  readonly timing: QueueTiming;
  readonly logger: Logger;
};

/** BullMQ on Redis 6.2 or newer. Producers share one connection that fails fast; workers share one that waits. */
export const createRedisEngine = ({ queueUrl, prefix, timing, logger }: Options): QueueEngine => {
  const producer = new Redis(queueUrl, producerOptions(timing));
  const watch = createConnectionWatch({ logger, probe: () => producer.ping() });
  producer.on('error', watch.note);

  let consumer: Redis | undefined;
  const openConsumer = (): Redis => {
    const client = new Redis(queueUrl, consumerOptions(timing));
    client.on('error', watch.note);
    return client;
  };
  const openQueue = (type: JobType): Queue => {
    // Without these two a Redis that is silent at start-up would break the queue object for good.
    const patience = { skipVersionCheck: true, skipWaitingForReady: true };
    const queue = new Queue(jobRegistry[type].queue, { connection: producer, prefix, ...queueOptions, ...patience });
    queue.on('error', watch.note);
    return queue;
  };
  const ask = <T>(call: () => Promise<T>): Promise<T> =>
    askQueue(async () => {
      await whileConnecting(producer);
      return call();
    }, timing.operationDeadlineMs);
  const epochKey = `${prefix}:epoch`;

  return {
    timing,
    ask,
    noteError: watch.note,
    assertQueueStore: async () => assertNoEviction(await ask(() => producer.info('memory'))),
    readFacts: () => ask(async () => toFacts(await producer.info('server'), await producer.info('memory'))),
    readEpoch: () => ask(() => producer.get(epochKey)),
    writeEpoch: async (epoch) => {
      await ask(() => producer.set(epochKey, epoch));
    },
    openEntrance: async (type) => createEntrance(openQueue(type)),
    openWindow: async (type) => createWindow(openQueue(type)),
    openExit: async (type, options) => {
      consumer ??= openConsumer();
      const settings = { connection: consumer, prefix, ...workerOptions(timing, options) };
      const worker = new Worker(jobRegistry[type].queue, createProcessor(options), settings);
      worker.on('error', options.onError);
      return createExit(worker, options);
    },
    close: async () => {
      watch.stop();
      producer.disconnect();
      consumer?.disconnect();
    },
  };
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
    // Longer than the longest silence of a healthy connection, which is the long poll.
    socketTimeout: Math.max(10_000, drainDelayMs) + commandTimeoutMs,
    retryStrategy,
    reconnectOnError,
  }) satisfies RedisOptions;

/** A connection that is being made is worth a moment; one that was refused is not. */
const whileConnecting = async (client: Redis): Promise<void> => {
  if (client.status !== 'connecting' && client.status !== 'connect') return;
  const settled = Promise.withResolvers<void>();
  client.once('ready', settled.resolve);
  client.once('close', settled.resolve);
  await settled.promise;
  client.off('ready', settled.resolve);
  client.off('close', settled.resolve);
};

const valueIn = (info: string, name: string): string | undefined => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];

const toFacts = (server: string, memory: string): QueueStoreFacts => {
  const policy = valueIn(memory, 'maxmemory_policy');
  return {
    kind: 'redis',
    version: valueIn(server, 'redis_version') ?? 'unknown',
    memory: {
      usedBytes: Number(valueIn(memory, 'used_memory') ?? 0),
      maxBytes: Number(valueIn(memory, 'maxmemory') ?? 0),
      evicts: policy === undefined ? null : policy !== 'noeviction',
    },
  };
};

const assertNoEviction = (info: string): void => {
  const policy = valueIn(info, 'maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction')
    throw new ConfigError(
      `The queue's Redis would throw jobs away when memory is short: its maxmemory-policy is ${policy}. ` +
        'Set it to noeviction, and give the cache a Redis of its own.',
    );
};
