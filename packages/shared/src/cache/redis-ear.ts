import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Labels } from './cache-labels.ts';
import { connectionOptions } from '../redis/redis-options.ts';
import { withinPatience } from '../redis/within-patience.ts';

/** Hears what other processes drop. */
export type RedisEar = {
  /** True while messages may be missed. */
  isDeaf(): boolean;
  close(): void;
};

type Deps = {
  readonly url: string;
  readonly channel: string;
  /** Signs messages of this process, which it need not hear. */
  readonly self: string;
  readonly onDrop: (labels: Labels) => void;
  /** From now on it hears; what was said before may have been missed. */
  readonly onHearing: () => void;
  /** Between two looks whether the connection is alive. */
  readonly heartbeatMs: number;
};

const Message = z.object({ from: z.string(), entries: z.array(z.string()), groups: z.array(z.string()) });

export const toMessage = (self: string, { entries, groups }: Labels): string => JSON.stringify({ from: self, entries, groups });

/** Subscribes on a connection of its own, again and again when it is lost. */
export const openRedisEar = ({ url, channel, self, onDrop, onHearing, heartbeatMs }: Deps): RedisEar => {
  const client = new Redis(url, connectionOptions);
  let isDeaf = true;
  const lose = (): void => {
    isDeaf = true;
    client.disconnect(true);
  };
  const subscribe = async (): Promise<void> => {
    try {
      await withinPatience(client.subscribe(channel), 2 * heartbeatMs);
      isDeaf = false;
      onHearing();
    } catch {
      lose();
    }
  };
  // A connection that was cut somewhere on the way stays open here and silent for ever.
  const heartbeat = setInterval(() => {
    if (!isDeaf) withinPatience(client.ping(), 2 * heartbeatMs).catch(lose);
  }, heartbeatMs).unref();

  // The link tells about outages; two voices would say the same.
  client.on('error', () => undefined);
  client.on('close', () => (isDeaf = true));
  client.on('ready', () => void subscribe());
  client.on('message', (_channel, text) => {
    const message = readMessage(text);
    if (message !== undefined && message.from !== self) onDrop(message);
  });
  return {
    isDeaf: () => isDeaf,
    close: () => {
      clearInterval(heartbeat);
      client.disconnect();
    },
  };
};

/** Undefined for what no process of ours said. */
const readMessage = (text: string): z.output<typeof Message> | undefined => {
  try {
    return Message.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};
