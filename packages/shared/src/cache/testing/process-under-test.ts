import { setTimeout as pass } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openTieredCache } from '@otklik/shared';
import { aKey } from '@otklik/testing';
import { openConnected } from './cache-under-test.ts';

/** One of several processes that want the same value at the same moment. `URL` and `PREFIX` say where; `MISSES` how often. */
const { URL: url = '', PREFIX: prefix = '', MISSES: misses = '0' } = process.env;

const redis = new Redis(url);
// The machine may be busy with other tests; that is not what is tried here.
const { cache } = await openConnected((metrics) => openTieredCache({ url, prefix, metrics, deadlineMs: 10_000 }));
const load = async (): Promise<string> => {
  const count = await redis.incr(`${prefix}:loads`);
  await pass(300);
  return `load ${count}`;
};

process.stdout.write('ready\n');
await redis.blpop(`${prefix}:go`, 60);
const answers = await Promise.all(Array.from({ length: Number(misses) }, () => cache.getOrLoad(aKey('wanted:by:all'), load)));
process.stdout.write(`answers ${answers.length} ${JSON.stringify([...new Set(answers)])}\n`);
await cache.close();
redis.disconnect();
