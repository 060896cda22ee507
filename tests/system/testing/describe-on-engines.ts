import { describe } from '@jest/globals';
import { describeWithRedis, hasRedis, isDeepRun } from '@otklik/testing';
import type { Engine } from './queue-stores.ts';

/**
 * What has to hold on either engine of the queue. The long run tries both. `npm test` tries Redis, or PostgreSQL where there
 * is no Redis: the engines themselves are compared in `packages/queue`, and as a whole in `killed.int.test.ts`.
 */
export const describeOnEngines = (name: string, body: (engine: Engine) => void): void => {
  describeWithRedis(`${name}, with the queue on Redis`, () => body('redis'));
  if (isDeepRun() || !hasRedis()) describe(`${name}, with the queue on PostgreSQL`, () => body('postgres'));
};
