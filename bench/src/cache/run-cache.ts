import { type Cache, type Scope, createScope } from '@otklik/shared';
import type { BenchContext } from '../benchmark.ts';
import { type Contender, measureRounds } from '../report/measure-rounds.ts';
import type { BenchReport, Series } from '../report/report.ts';
import { measureInvalidation } from './invalidation.ts';
import { type Site, WALLS, keyOf, openSite } from './open-site.ts';

const ROUNDS = 5;
const SHORT_ROUNDS = 25;
const SHORT_READS = 400;
const DATABASE_READS = 1_500;
const REDIS_READS = 5_000;
const MEMORY_READS = 100_000;
/** Until the engine has compiled what it will run: with less, a series of short calls still gets quicker from round to round. */
const WARM_UP = 8_000;
/** Reads at once in the series that say so. */
const AT_ONCE = 20;

/** Hits and misses of the cache against reads by primary key through Prisma. */
export const runCache = async ({ signal, note }: BenchContext): Promise<BenchReport> => {
  const scope = createScope();
  try {
    note('starting PostgreSQL and two Redis, filling the caches …');
    return await measure(scope, { signal, note });
  } finally {
    await scope.close();
  }
};

const measure = async (scope: Scope, { signal, note }: BenchContext): Promise<BenchReport> => {
  const site = await openSite(scope);
  const invalidation = await measureInvalidation(site.redisUrl);
  note(`an invalidation reaches all of 4 processes: p50 ${invalidation.p50Ms} ms, max ${invalidation.maxMs} ms`);
  const freezeCostMs = await freeze(site);
  note(`the first 20 reads after the Redis froze cost ${freezeCostMs} ms more`);
  const rounds = { before: async () => undefined, after: async () => undefined, signal, note };
  const hits = await measureRounds({ ...rounds, contenders: hitsOf(site), rounds: ROUNDS, warmUpAmount: WARM_UP });
  // A small difference between two things of the same size: many short rounds, so that both meet the same machine.
  const misses = await measureRounds({ ...rounds, contenders: missesOf(site), rounds: SHORT_ROUNDS, warmUpAmount: WARM_UP });
  const series = [...hits, ...misses];
  const ofNames = (names: readonly string[]): Series[] => series.filter(({ name }) => names.includes(name));
  return {
    name: 'cache',
    unit: 'reads/s',
    headline: 'redis',
    ours: ofNames(['memory', 'redis', 'redis_at_once', 'dead']),
    peers: ofNames(['prisma', 'direct', 'prisma_at_once', 'bento_memory', 'bento_redis', 'bento_redis_at_once']),
    comparisons: [
      { name: 'memory', ours: 'memory', peer: 'prisma', target: 100 },
      { name: 'redis', ours: 'redis', peer: 'prisma', target: 3 },
      { name: 'redis_at_once', ours: 'redis_at_once', peer: 'prisma_at_once' },
      { name: 'dead', ours: 'dead', peer: 'direct', target: 0.8 },
      { name: 'memory_bento', ours: 'memory', peer: 'bento_memory' },
      { name: 'redis_bento', ours: 'redis', peer: 'bento_redis' },
      { name: 'redis_bento_at_once', ours: 'redis_at_once', peer: 'bento_redis_at_once' },
    ],
    figures: { invalidationP50Ms: invalidation.p50Ms, invalidationMaxMs: invalidation.maxMs, freezeCostMs },
    notes,
  };
};

/** One read after the other, or `AT_ONCE` at a time; throws when one finds nothing. */
const reading = (name: string, amount: number, { read, atOnce = 1 }: Reading): Contender => ({
  name,
  amount,
  run: async (reads) => {
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < reads; index = next++) {
        const value = await read(index);
        if (value === undefined) throw new Error(`${name} found nothing for ${index}.`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  },
});

type Reading = { readonly read: (index: number) => Promise<unknown>; readonly atOnce?: number };

const hitsOf = ({ readWall, memory, redis, bentoMemory, bentoRedis }: Site): readonly Contender[] => {
  const prisma = (index: number): Promise<unknown> => readWall(index % WALLS);
  const hit =
    (cache: Cache) =>
    (index: number): Promise<unknown> =>
      cache.get(keyOf(index % WALLS));
  return [
    reading('prisma', DATABASE_READS, { read: prisma }),
    reading('memory', MEMORY_READS, { read: hit(memory) }),
    reading('redis', REDIS_READS, { read: hit(redis) }),
    reading('bento_memory', REDIS_READS, { read: hit(bentoMemory) }),
    reading('bento_redis', REDIS_READS, { read: hit(bentoRedis) }),
    reading('prisma_at_once', DATABASE_READS, { read: prisma, atOnce: AT_ONCE }),
    reading('redis_at_once', REDIS_READS, { read: hit(redis), atOnce: AT_ONCE }),
    reading('bento_redis_at_once', REDIS_READS, { read: hit(bentoRedis), atOnce: AT_ONCE }),
  ];
};

const missesOf = ({ readWall, dead }: Site): readonly Contender[] => {
  let asked = 0;
  const direct = (index: number): Promise<unknown> => readWall(index % WALLS);
  return [
    reading('direct', SHORT_READS, { read: direct }),
    // Another key each time: what was loaded once would be in memory.
    reading('dead', SHORT_READS, { read: (index) => dead.getOrLoad(keyOf(index, `:${asked++}`), () => direct(index)) }),
  ];
};

/** Freezes the Redis of `dead`. How much longer the next reads take than without a cache: the circuit has to open first. */
const freeze = async ({ dead, readWall, freeze: stop }: Site): Promise<number> => {
  const timed = async (read: (index: number) => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    for (let index = 0; index < 20; index += 1) await read(index);
    return performance.now() - startedAt;
  };
  const directMs = await timed(readWall);
  stop();
  const throughMs = await timed((index) => dead.getOrLoad(keyOf(index, ':frozen'), () => readWall(index)));
  return Math.round(throughMs - directMs);
};

const notes = [
  'One row of `wall` by its primary key (workspace and owner), of 1,000 in turn; the cached value is the same row, checked by its schema when it comes out.',
  'One read after the other, each side on one connection; `…_at_once`: 20 at a time on the same connection.',
  'memory, redis: `get` of a value that is there, metrics not counted. redis is MGET (value, marks of its groups) and PTTL in one go.',
  'dead: `getOrLoad` of another key each time through memory and a Redis that is stopped with SIGSTOP, loading through Prisma; the circuit is open, its probes go on. direct: the same reads without it, in 25 short rounds.',
  'bento_…: bentocache on the same Redis, without tags (with them each hit in memory asks the Redis); its values are checked by the same schema.',
  'Invalidation: from before `set` until the last of 4 processes with the old value in memory reads the new one; they look every millisecond.',
];
