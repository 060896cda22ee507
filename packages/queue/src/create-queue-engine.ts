import { ConfigError, type Logger } from '@otklik/shared';
import { createPostgresEngine } from './postgres-engine.ts';
import { defaultQueueTiming, type QueueTiming } from './queue-timing.ts';
import type { QueueEngine } from './queue-engine.ts';
import { createRedisEngine } from './redis-engine.ts';

export type QueueEngineOptions = {
  /** `redis://`, `rediss://`, `postgres://` or `postgresql://`: the scheme chooses the engine. */
  readonly queueUrl: string;
  readonly logger: Logger;
  /** Redis only: first part of every key. Default `otklik`. */
  readonly prefix?: string;
  /** PostgreSQL only: connections of this process to the queue. Default 10. */
  readonly poolMax?: number;
  readonly timing?: Partial<QueueTiming>;
};

/** Opens the queue engine that the URL names. Throws ConfigError when it names none. */
export const createQueueEngine = ({ queueUrl, logger, prefix = 'otklik', poolMax = 10, timing }: QueueEngineOptions): QueueEngine => {
  const times = { ...defaultQueueTiming, ...timing };
  switch (/^(\w+):\/\//.exec(queueUrl)?.[1]) {
    case 'redis':
    case 'rediss':
      return createRedisEngine({ queueUrl, prefix, timing: times, logger });
    case 'postgres':
    case 'postgresql':
      return createPostgresEngine({ queueUrl, poolMax, timing: times, logger });
    default:
      throw new ConfigError('QUEUE_URL must start with redis://, rediss://, postgres:// or postgresql://.');
  }
};
