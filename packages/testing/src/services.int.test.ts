import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import {
  type PrivateServer,
  type TestDatabase,
  createEmptyDatabase,
  createTestDatabase,
  describeWithRedis,
  startPrivatePostgres,
  startPrivateRedis,
  startTcpProxy,
  testRedis,
} from './index.ts';

const select = async (url: string, sql = 'SELECT 1 AS one'): Promise<unknown[]> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 500, query_timeout: 500 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
};

describe('createTestDatabase', () => {
  test('when two are made, then each is migrated and neither sees the other', async () => {
    const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await select(one.url, 'CREATE TABLE mine ()');
    await expect(select(two.url, 'SELECT * FROM mine')).rejects.toThrow(/does not exist/);
    const migrations = readdirSync(new URL('../../../prisma/migrations/', import.meta.url)).filter((name) => /^\d/.test(name));
    const applied = await select(two.url, 'SELECT migration_name FROM _prisma_migrations ORDER BY 1');
    expect(applied).toEqual(migrations.toSorted().map((migration_name) => ({ migration_name })));
    await Promise.all([one.drop(), two.drop()]);
    await expect(select(one.url)).rejects.toThrow(/does not exist/);
  });
});

describe('startTcpProxy', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  test('when the network is bad, then connections are slow, dead, reset or refused, and good again afterwards', async () => {
    const proxy = await startTcpProxy({ port: Number(new URL(database.url).port) });
    const url = proxy.through(database.url);
    await expect(select(url)).resolves.toEqual([{ one: 1 }]);

    proxy.latency(30);
    const started = performance.now();
    await select(url);
    // At least: authentication there and back, query there and back.
    expect(performance.now() - started).toBeGreaterThan(120);
    proxy.latency(0);

    proxy.blackhole();
    await expect(select(url)).rejects.toThrow(/timeout/);
    await proxy.restore();

    const client = new Client({ connectionString: url });
    const broken = new Promise((resolve) => client.on('error', resolve));
    await client.connect();
    proxy.reset();
    await expect(broken).resolves.toMatchObject({ code: 'ECONNRESET' });

    await proxy.refuse();
    await expect(select(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.restore();
    await expect(select(url)).resolves.toEqual([{ one: 1 }]);
    await proxy.close();
  });
});

describe('startPrivatePostgres', () => {
  test('when it is frozen, thawed, killed and restarted, then it keeps its address and what it confirmed', async () => {
    const server = await startPrivatePostgres({ migrated: false });
    await select(server.url, 'CREATE TABLE kept ()');
    server.freeze();
    await expect(select(server.url)).rejects.toThrow(/timeout/);
    server.thaw();
    await expect(select(server.url)).resolves.toEqual([{ one: 1 }]);
    await server.kill();
    await expect(select(server.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.restart();
    await expect(select(server.url, 'SELECT * FROM kept')).resolves.toEqual([]);
    await server.stop();
  });
});

describeWithRedis('Redis', () => {
  const withClient = async <T>(url: string, act: (redis: Redis) => Promise<T>): Promise<T> => {
    const redis = new Redis(url, { commandTimeout: 500, maxRetriesPerRequest: 0, retryStrategy: () => null });
    redis.on('error', () => undefined);
    try {
      return await act(redis);
    } finally {
      redis.disconnect();
    }
  };

  test('when a file drops its keys, then those of others stay', async () => {
    const [mine, other] = [testRedis(), testRedis()];
    await withClient(mine.url, async (redis) => {
      await redis.mset(`${mine.prefix}:a`, 1, `${mine.prefix}:b`, 2, `${other.prefix}:c`, 3);
      await mine.drop();
      await expect(redis.keys(`${mine.prefix}*`)).resolves.toEqual([]);
      await expect(redis.get(`${other.prefix}:c`)).resolves.toBe('3');
    });
    await other.drop();
  });

  const survivors = async (server: PrivateServer): Promise<string | null> => {
    await withClient(server.url, (redis) => redis.set('key', 'kept'));
    await server.kill();
    await expect(withClient(server.url, (redis) => redis.ping())).rejects.toThrow();
    await server.restart();
    return withClient(server.url, (redis) => redis.get('key'));
  };

  test('when it is killed, then it comes back with its data only if it keeps an append-only file', async () => {
    const [forgetful, durable] = [await startPrivateRedis(), await startPrivateRedis({ aof: true })];
    await expect(survivors(forgetful)).resolves.toBeNull();
    await expect(survivors(durable)).resolves.toBe('kept');
    durable.freeze();
    await expect(withClient(durable.url, (redis) => redis.ping())).rejects.toThrow(/timed out/);
    durable.thaw();
    await expect(withClient(durable.url, (redis) => redis.ping())).resolves.toBe('PONG');
    await Promise.all([forgetful.stop(), durable.stop()]);
  });
});
