import { Redis } from 'ioredis';

/** One command on a connection of its own, as the user of the URL. Returns the answer, or the words of the refusal. */
export const askRedis = async (url: string, [command = 'PING', ...args]: readonly string[]): Promise<string> => {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  // A refusal at the door is told by the command as well.
  redis.on('error', () => undefined);
  try {
    return String(await redis.call(command, ...args));
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    redis.disconnect();
  }
};
