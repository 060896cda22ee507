import { type TcpProxy, startTcpProxy } from '@otklik/testing';
import type { Site } from './open-site.ts';

/** The ways of one process to its stores: each can be cut without touching the others'. */
export type Gate = {
  readonly env: Readonly<Record<'DATABASE_URL' | 'QUEUE_URL', string>>;
  readonly postgres: TcpProxy;
  /** The same as `postgres` when the queue is on PostgreSQL. */
  readonly queue: TcpProxy;
  close(): Promise<void>;
};

export const openGate = async ({ postgres: server, redis, queueUrl }: Pick<Site, 'postgres' | 'redis' | 'queueUrl'>): Promise<Gate> => {
  const postgres = await startTcpProxy(server);
  const queue = redis === undefined ? postgres : await startTcpProxy(redis);
  return {
    postgres,
    queue,
    env: { DATABASE_URL: postgres.through(server.url), QUEUE_URL: queue.through(queueUrl) },
    close: async () => {
      await postgres.close();
      if (queue !== postgres) await queue.close();
    },
  };
};
