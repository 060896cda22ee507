import { type JobType, jobRegistry } from '@otklik/contracts';
import { ConfigError, type Logger } from '@otklik/shared';
import { Queue, Worker } from 'bullmq';
import { createEntrance, queueOptions } from './bull-queue.ts';
import { createExit, createProcessor, workerOptions } from './bull-worker.ts';
import { createWindow } from './bull-window.ts';
import { createConnectionWatch } from './connection-watch.ts';
import { askQueue } from './queue-errors.ts';
import { openRedisClients, whileConnecting } from './redis-clients.ts';
import type { QueueEngine, QueueStoreFacts } from './queue-engine.ts';
import type { QueueTiming } from './queue-timing.ts';

type Options = {
  readonly queueUrl: string;
  /** First part of every key. On a Redis Cluster it must hold a hash tag, such as `{otklik}`. */
  readonly prefix: string;
  readonly timing: QueueTiming;
  readonly logger: Logger;
};

/** BullMQ on Redis 6.2 or newer. Producers share one connection that fails fast; each worker has its own, that waits. */
export const createRedisEngine = ({ queueUrl, prefix, timing, logger }: Options): QueueEngine => {
  const { producer, openConsumer, close } = openRedisClients({ queueUrl, timing, onError: (error) => watch.note(error) });
  const watch = createConnectionWatch({ logger, probe: () => producer.ping() });
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
      const consumer = openConsumer();
      const settings = { connection: consumer.client, prefix, ...workerOptions(timing, options) };
      const worker = new Worker(jobRegistry[type].queue, createProcessor(options), settings);
      return createExit(worker, options, consumer.release);
    },
    close: async () => {
      watch.stop();
      close();
    },
  };
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
