import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId, silentLogger } from '@otklik/shared';
import { type PrivateServer, startPrivatePostgres } from '@otklik/testing';
import { type Database, openDatabase } from './open-database.ts';
import { openPool } from './pools.ts';
import { createSql } from './sql.ts';

let server: PrivateServer;
let db: Database;
beforeAll(async () => {
  server = await startPrivatePostgres();
  db = openDatabase({ url: server.url, name: 'test', poolMax: 2, logger: silentLogger });
});
afterAll(async () => {
  await db.close();
  await server.stop();
});

/** Entities go through Prisma, jobs through plain SQL: a caller must not notice the difference. */
const asks: Readonly<Record<string, () => Promise<unknown>>> = {
  'a key, through Prisma': () => db.keys.find('none'),
  'a workspace, through Prisma': () => db.workspaces.ensure({ id: newId(), name: 'x' }),
  'exports, through Prisma': () => db.exports.list({ workspaceId: newId(), after: null, limit: 1 }),
  'a sign of life, through plain SQL': () => db.pendingMigrations(),
};
const LIMIT_MS = 2_500;

const expectUnavailable = async (ask: () => Promise<unknown>): Promise<void> => {
  const start = performance.now();
  await expect(ask()).rejects.toMatchObject({ name: 'DatabaseError', code: 'DB_UNAVAILABLE', retryable: true });
  expect(performance.now() - start).toBeLessThan(LIMIT_MS);
};

describe('a database that is not there', () => {
  test('when it froze before the first connection, then each ask ends in time', async () => {
    server.freeze();
    try {
      for (const ask of Object.values(asks)) await expectUnavailable(ask);
    } finally {
      server.thaw();
    }
  });

  test('when it was killed, then each ask ends in time; when it is back, then each works again', async () => {
    for (const ask of Object.values(asks)) await ask();
    await server.kill();
    for (const ask of Object.values(asks)) await expectUnavailable(ask);
    await server.restart();
    for (const ask of Object.values(asks)) await ask();
  });

  test('when it freezes in the middle of a copy, then the transaction ends at its limit, and the next one works', async () => {
    const limits = { connectionTimeoutMs: 1_000, statementTimeoutMs: 500, idleInTransactionTimeoutMs: 5_000 };
    const pool = openPool({ ...limits, url: server.url, name: 'copy', max: 1, logger: silentLogger });
    const sql = createSql(pool);
    await sql.query('CREATE TABLE copied (n int)');
    const copy = (before: () => void): Promise<void> =>
      sql.transaction(async (tx) => {
        before();
        await tx.copy('COPY copied FROM STDIN', '1\n2\n');
      });
    await expect(copy(() => server.freeze())).rejects.toMatchObject({ code: 'DB_UNAVAILABLE' });
    server.thaw();
    await copy(() => undefined);
    expect(await sql.query('SELECT n FROM copied ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
    await pool.end();
  });
});
