import { openDatabase, openPrisma } from '@otklik/db';
import {
  type Cache,
  type CacheKey,
  type Scope,
  cacheKinds,
  createMemoryCache,
  newId,
  openRedisCache,
  openTieredCache,
  silentLogger,
} from '@otklik/shared';
import { startPrivatePostgres, startPrivateRedis, waitFor } from '@otklik/testing';
import { z } from 'zod';
import { openBentoCache } from './bento-cache.ts';

/** A row as it is cached: what JSON can carry. */
const Wall = z.object({ ownerId: z.string(), kind: z.string(), name: z.string(), screenName: z.string().nullable() });
export type Wall = z.output<typeof Wall>;

export type Site = {
  /** By primary key, through Prisma. */
  readonly readWall: (index: number) => Promise<Wall>;
  readonly memory: Cache;
  readonly redis: Cache;
  /** Memory in front of a Redis that answers nothing any more. */
  readonly dead: Cache;
  readonly freeze: () => void;
  readonly bentoMemory: Cache;
  readonly bentoRedis: Cache;
  readonly redisUrl: string;
};

export const WALLS = 1_000;

export const keyOf = (index: number, more = ''): CacheKey<Wall> => ({
  kind: cacheKinds.walls,
  id: `${-1 - index}${more}`,
  parse: (value) => Wall.parse(value),
});

/** A PostgreSQL with 1,000 walls, two Redis, and the caches of ours and of the peer, each with all of the walls. */
export const openSite = async (scope: Scope): Promise<Site> => {
  const postgres = scope.use('postgres', await startPrivatePostgres(), (it) => it.stop());
  const { url: redisUrl } = scope.use('redis', await startPrivateRedis(), (it) => it.stop());
  const mortal = scope.use('mortal redis', await startPrivateRedis(), (it) => it.stop());
  const readWall = await fillWalls(scope, postgres.url);
  const use = (name: string, cache: Cache): Cache => scope.use(name, cache, (it) => it.close());
  const site = {
    memory: use('memory', createMemoryCache()),
    redis: use('redis cache', openRedisCache({ url: redisUrl })),
    dead: use('dead cache', openTieredCache({ url: mortal.url })),
    bentoMemory: use('bento memory', openBentoCache({ url: redisUrl, prefix: 'bento-memory', hasMemory: true, hasTags: false })),
    bentoRedis: use('bento redis', openBentoCache({ url: redisUrl, prefix: 'bento-redis', hasMemory: false, hasTags: false })),
  };
  for (const cache of Object.values(site)) await fill(cache, readWall);
  return { ...site, readWall, redisUrl, freeze: mortal.freeze };
};

const fillWalls = async (scope: Scope, url: string): Promise<Site['readWall']> => {
  const db = scope.use('database', openDatabase({ url, name: 'bench', poolMax: 1, logger: silentLogger }), (it) => it.close());
  const { id: workspaceId } = await db.workspaces.ensure({ id: newId(), name: 'bench' });
  const prisma = scope.use('prisma', openPrisma(url), (it) => it.$disconnect());
  const idOf = (index: number): bigint => BigInt(-1 - index);
  await prisma.wall.createMany({
    data: Array.from({ length: WALLS }, (_, index) => ({
      workspaceId,
      ownerId: idOf(index),
      kind: 'group' as const,
      name: `Стена номер ${index}`,
      screenName: `wall_${index}`,
    })),
  });
  return async (index) => {
    const row = await prisma.wall.findUniqueOrThrow({ where: { workspaceId_ownerId: { workspaceId, ownerId: idOf(index) } } });
    return { ownerId: String(row.ownerId), kind: row.kind, name: row.name, screenName: row.screenName };
  };
};

/** Connecting goes on in the background; what was set before would be lost. */
const fill = async (cache: Cache, readWall: Site['readWall']): Promise<void> => {
  const walls = await Promise.all(Array.from({ length: WALLS }, async (_, index) => ({ key: keyOf(index), value: await readWall(index) })));
  await waitFor(async () => {
    await cache.setMany(walls);
    return (await cache.getMany(walls.map(({ key }) => key))).every((value) => value !== undefined);
  });
};
