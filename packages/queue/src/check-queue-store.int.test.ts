import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ConfigError, createLogger } from '@otklik/shared';
import { type PrivateRedis, describeWithRedis, startPrivateRedis } from '@otklik/testing';
import { Redis } from 'ioredis';
import { checkQueueStore } from './check-queue-store.ts';
import { createQueueEngine } from './create-queue-engine.ts';
import type { QueueEngine } from './queue-engine.ts';

describeWithRedis('the store of the queue at the start of a process', () => {
  let redis: PrivateRedis;
  let engine: QueueEngine;
  let lines: string[];
  beforeEach(async () => {
    lines = [];
    redis = await startPrivateRedis();
    engine = createQueueEngine({ queueUrl: redis.url, prefix: 'otklik', logger: logger() });
  });
  afterEach(async () => {
    await engine.close();
    await redis.stop();
  });
  const logger = () => createLogger({ level: 'warn', service: 'test', write: (line) => void lines.push(line) });
  const check = (): Promise<void> => checkQueueStore({ engine, logger: logger() });

  test('when it keeps what it is given, then it is taken without a word', async () => {
    await check();
    expect(lines).toEqual([]);
  });

  test.each(['allkeys-lru', 'volatile-lru'])(
    'when its policy is %s, then the process does not start, and says what to do',
    async (policy) => {
      const client = new Redis(redis.url);
      await client.config('SET', 'maxmemory-policy', policy);
      client.disconnect();
      const refused = check();
      await expect(refused).rejects.toBeInstanceOf(ConfigError);
      await expect(refused).rejects.toThrow(`its maxmemory-policy is ${policy}. Set it to noeviction`);
    },
  );

  test('when it does not answer, then the process starts without knowing, and one line says so', async () => {
    redis.freeze();
    await check();
    redis.thaw();
    expect(lines.filter((line) => line.includes('settings of the queue are not known'))).toHaveLength(1);
  });
});

test('when the address is of no store that a queue can live in, then the process does not start', () => {
  const write = (): void => undefined;
  const open = () =>
    createQueueEngine({ queueUrl: 'amqp://queue', prefix: 'otklik', logger: createLogger({ level: 'warn', service: 'test', write }) });
  expect(open).toThrow('QUEUE_URL must start with redis://');
});
