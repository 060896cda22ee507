import type { RedisOptions } from 'ioredis';

/** Fails at once where there is no connection, and tries to have one for ever. */
export const connectionOptions = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // A peer that vanished without a word would otherwise hold the connection for many minutes.
  socketTimeout: 2_000,
  autoResubscribe: false,
  retryStrategy: (tries) => Math.min(100 * tries, 1_000),
  // After a failover the old primary is read-only: connect again to find the new one.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
} as const satisfies RedisOptions;
