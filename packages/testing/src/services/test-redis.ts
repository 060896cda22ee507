import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { currentTestRun } from '../run/test-run.ts';

export type TestRedis = {
  readonly url: string;
  /** What every key of this file has to begin with: lower case letters, digits and dashes. */
  readonly prefix: string;
  /** Removes the keys of this prefix. */
  drop(): Promise<void>;
};

/** The run's Redis and a key prefix of one's own. Throws where there is no Redis: use it inside `describeWithRedis`. */
export const testRedis = (): TestRedis => {
  const { redisUrl } = currentTestRun();
  if (redisUrl === undefined) throw new Error('There is no Redis in this run.');
  const prefix = `t-${randomUUID().slice(0, 13)}`;
  return { url: redisUrl, prefix, drop: () => dropKeys(redisUrl, prefix) };
};

/** Whether there is a Redis in this run. */
export const hasRedis = (): boolean => currentTestRun().redisUrl !== undefined;

declare const describe: { (name: string, body: () => void): void; skip(name: string, body: () => void): void };
declare const test: (name: string, body: () => void) => void;

/**
 * A describe block that needs Redis. Without one its tests are skipped and counted as skipped; `REQUIRE_REDIS=1` makes
 * that a failure.
 */
export const describeWithRedis = (name: string, body: () => void): void => {
  if (hasRedis()) return describe(name, body);
  if (process.env['REQUIRE_REDIS'] !== '1') return describe.skip(name, body);
  return describe(name, () => {
    test('Redis is there', () => {
      throw new Error('REQUIRE_REDIS=1, but neither redis-server nor valkey-server is on the PATH.');
    });
  });
};

const dropKeys = async (url: string, prefix: string): Promise<void> => {
  const redis = new Redis(url);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      if (Array.isArray(keys) && keys.length > 0) await redis.unlink(...keys.map(String));
    }
  } finally {
    await redis.quit();
  }
};
