import { Redis } from 'ioredis';

/** One command on a connection of its own. */
export const askRedis = async (url: string, command: string, ...args: readonly string[]): Promise<unknown> => {
  const client = new Redis(url);
  try {
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
};
