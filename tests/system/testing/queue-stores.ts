import { type PrivateRedis, type TestDatabase, createTestDatabase, startPrivateRedis, testRedis } from '@otklik/testing';
import type { Stores } from './product-under-test.ts';

export const engines = ['redis', 'postgres'] as const;
export type Engine = (typeof engines)[number];

export type QueueStores = Stores & {
  readonly database: TestDatabase;
  /** The queue forgets everything that it was told. */
  loseQueue(): Promise<void>;
  close(): Promise<void>;
};

/** A database and a queue of one's own. `isPrivate`: the Redis may be emptied, because nobody else uses it. */
export const openStores = async (engine: Engine, { isPrivate = false } = {}): Promise<QueueStores> => {
  const database = await createTestDatabase();
  if (engine === 'postgres')
    return {
      database,
      databaseUrl: database.url,
      queueUrl: database.url,
      loseQueue: async () => {
        await database.query('TRUNCATE bullmq.job CASCADE');
      },
      close: () => database.drop(),
    };
  if (!isPrivate) {
    const redis = testRedis();
    const close = async (): Promise<void> => {
      await redis.drop();
      await database.drop();
    };
    return { database, databaseUrl: database.url, queueUrl: redis.url, queuePrefix: redis.prefix, loseQueue: redis.drop, close };
  }
  const server = await startPrivateRedis();
  return {
    database,
    databaseUrl: database.url,
    queueUrl: server.url,
    loseQueue: () => server.flush(),
    close: async () => closeAll(server, database),
  };
};

const closeAll = async (server: PrivateRedis, database: TestDatabase): Promise<void> => {
  await server.stop();
  await database.drop();
};
