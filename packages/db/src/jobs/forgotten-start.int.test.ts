import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId, silentLogger } from '@otklik/shared';
import { type PrivateServer, aNewJob, leaseOfStart, startPrivatePostgres } from '@otklik/testing';
import { type Database, openDatabase } from '../open-database.ts';

let server: PrivateServer;
let db: Database;
beforeAll(async () => {
  // What nobody waits for stays in memory until long after the test.
  server = await startPrivatePostgres({ settings: { wal_writer_delay: '10s' } });
  db = openDatabase({ url: server.url, name: 'test', poolMax: 2, logger: silentLogger });
});
afterAll(async () => {
  await db.close();
  await server.stop();
});

test('when PostgreSQL dies and forgets a start, then whoever began it can write nothing, also once the job was begun anew', async () => {
  const workspaceId = (await db.workspaces.ensure({ id: newId(), name: 'test' })).id;
  const job = aNewJob({});
  const start = (worker: string) => db.jobs.start({ jobId: job.id, generation: 1, worker, staleAfterMs: 60_000 });
  await db.jobs.submit({ workspaceId, jobs: [job], idempotency: null });
  const forgotten = leaseOfStart(await start('first'));
  await server.kill();
  await server.restart();

  expect(await db.jobs.get(workspaceId, job.id)).toMatchObject({ state: 'queued', starts: 0 });
  expect(await db.jobs.heartbeat(forgotten)).toBe('fenced');
  const known = leaseOfStart(await start('second'));
  expect(await db.jobs.heartbeat(forgotten)).toBe('fenced');
  expect(await db.jobs.succeed(forgotten, { result: {}, outcome: 'complete' })).toEqual({ state: null, cancelled: [] });
  expect(await db.jobs.succeed(known, { result: {}, outcome: 'complete' })).toMatchObject({ state: 'succeeded' });
});

test('when PostgreSQL dies after an end was heard, then it knows the attempt from its start to its end', async () => {
  const workspaceId = (await db.workspaces.ensure({ id: newId(), name: 'test' })).id;
  const job = aNewJob({});
  await db.jobs.submit({ workspaceId, jobs: [job], idempotency: null });
  const lease = leaseOfStart(await db.jobs.start({ jobId: job.id, generation: 1, worker: 'w', staleAfterMs: 60_000 }));
  await db.jobs.succeed(lease, { result: {}, outcome: 'complete' });
  await server.kill();
  await server.restart();

  expect(await db.jobs.get(workspaceId, job.id)).toMatchObject({ state: 'succeeded', starts: 1 });
  expect(await db.jobs.attempts(workspaceId, job.id, { after: null, limit: 5 })).toMatchObject([{ worker: 'w', end: 'succeeded' }]);
});
