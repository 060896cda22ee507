import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PrismaPg } from '@prisma/adapter-pg';
import { DatabaseError, NotFoundError, silentLogger } from '@otklik/shared';
import { type TestDatabase, createTestDatabase } from '@otklik/testing';
import type pg from 'pg';
import { toDatabaseError } from './database-errors.ts';
import { PrismaClient } from './generated/prisma/client.ts';
import { openPool } from './pools.ts';
import { viaPrisma } from './prisma-calls.ts';
import { type Sql, createSql } from './sql.ts';

let database: TestDatabase;
let pool: pg.Pool;
let sql: Sql;
let prisma: PrismaClient;
const timing = { connectionTimeoutMs: 1_500, statementTimeoutMs: 300, idleInTransactionTimeoutMs: 0, logger: silentLogger };
beforeAll(async () => {
  database = await createTestDatabase();
  pool = openPool({ ...timing, url: database.url, name: 'errors', max: 2 });
  sql = createSql(pool);
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

const twice = () => ({ data: { id: randomUUID(), name: 'taken' } });

describe('what PostgreSQL refused, told by the driver', () => {
  test.each([
    ['a wrong statement', 'SELECT 1 / 0', 'DB_REJECTED'],
    ['an exception of a function', `DO $$ BEGIN RAISE EXCEPTION 'no'; END $$`, 'DB_REJECTED'],
    ['a statement that takes too long', 'SELECT pg_sleep(5)', 'DB_TIMEOUT'],
    ['a deadlock', `DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40P01'; END $$`, 'DB_CONFLICT'],
    ['a server that goes down', `DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '57P01'; END $$`, 'DB_UNAVAILABLE'],
  ])('when it is %s, then the code says who must act', async (_what, text, code) => {
    await expect(sql.query(text)).rejects.toMatchObject({ name: 'DatabaseError', code, retryable: code !== 'DB_REJECTED' });
  });
});

describe('the same, told by Prisma', () => {
  test('when a name is taken, then it is a refusal that nobody tries again, and names stay in the cause', async () => {
    await prisma.workspace.create(twice());
    const outcome = viaPrisma(() => prisma.workspace.create(twice()));
    await expect(outcome).rejects.toThrow(DatabaseError);
    await expect(outcome).rejects.toMatchObject({
      code: 'DB_REJECTED',
      retryable: false,
      context: { sqlState: '23505' },
      message: 'The database refused a statement.',
    });
  });

  test('when a value is not of the type, then it is a refusal', async () => {
    await expect(viaPrisma(() => prisma.workspace.findUnique({ where: { id: 'no uuid' } }))).rejects.toMatchObject({
      code: 'DB_REJECTED',
      context: { sqlState: '22P02' },
    });
  });

  test('when no row is there to change, then it is a refusal, though no server refused', async () => {
    const missing = prisma.workspace.update({ where: { id: randomUUID() }, data: { name: 'x' } });
    await expect(viaPrisma(() => missing)).rejects.toMatchObject({ code: 'DB_REJECTED', context: { sqlState: 'P2025' } });
  });

  test('when a statement takes too long, then it is a time-out', async () => {
    await expect(viaPrisma(() => prisma.$queryRaw`SELECT pg_sleep(5)::text`)).rejects.toMatchObject({ code: 'DB_TIMEOUT' });
  });

  test('when every connection of the pool is taken, then it is unavailable', async () => {
    const taken = await Promise.all([pool.connect(), pool.connect()]);
    await expect(viaPrisma(() => prisma.workspace.findMany())).rejects.toMatchObject({ code: 'DB_UNAVAILABLE', retryable: true });
    for (const client of taken) client.release();
  });
});

describe('what comes from elsewhere', () => {
  test.each([
    ['P2028', 'DB_TIMEOUT'],
    ['P2034', 'DB_CONFLICT'],
    ['P2024', 'DB_UNAVAILABLE'],
    ['P1001', 'DB_UNAVAILABLE'],
    ['P1017', 'DB_UNAVAILABLE'],
    ['EPIPE', 'DB_UNAVAILABLE'],
    ['ECONNRESET', 'DB_UNAVAILABLE'],
  ])('when its code is %s, then it is %s', (code, ours) => {
    expect(toDatabaseError(Object.assign(new Error('x'), { code }))).toMatchObject({ code: ours });
  });

  test('when it is an error of ours, then it passes through unchanged', () => {
    const error = new NotFoundError('x');
    expect(toDatabaseError(error)).toBe(error);
  });
});
