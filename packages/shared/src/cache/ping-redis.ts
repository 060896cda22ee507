import { Redis } from 'ioredis';

/** One question on a connection of its own. Rejects when it is not answered within `deadlineMs`. */
export const pingRedis = async (url: string, deadlineMs = 1_000): Promise<void> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: deadlineMs,
    commandTimeout: deadlineMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
  } finally {
    redis.disconnect();
  }
};
