import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { type DataUnderTest, aNewJob, deep, leaseOf, openDataUnderTest, openSession, waitFor } from '@otklik/testing';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { COPY_COMMENTS } from '../data/page-sql.ts';
import { type Database, openDatabase } from '../open-database.ts';

describe('moves of a job when the database gives trouble', () => {
  let data: DataUnderTest;
  let hasty: Database;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    hasty = openDatabase({ url: data.url, name: 'hasty', statementTimeoutMs: 200, logger: silentLogger });
    workspaceId = await data.workspace();
  });
  afterAll(async () => {
    await hasty.close();
    await data.close();
  });

  const rowsOf = (id: string) =>
    data.look(
      `SELECT state::text, lease::float8 AS lease, starts, version, cancel_requested_at, (SELECT count(*)::int FROM job_event e WHERE e.job_id = job.id) AS events,
        (SELECT json_agg(a."end" ORDER BY number) FROM job_attempt a WHERE a.job_id = job.id) AS ends FROM job WHERE id = $1`,
      [id],
    );

  test('fault 11: when a row is locked for longer than a statement may take, then each move says so, leaves nothing half done, and works once the row is free', async () => {
    const job = await data.startJob(workspaceId);
    const lease = leaseOf(job);
    const before = await rowsOf(job.id);
    const blocker = await openSession(data.url);
    await blocker.run(`BEGIN; SELECT 1 FROM job WHERE id = '${job.id}' FOR UPDATE`);
    const timedOut = { code: 'DB_TIMEOUT', retryable: true, context: { sqlState: '57014' } };
    await expect(hasty.jobs.heartbeat(lease)).rejects.toMatchObject(timedOut);
    await expect(hasty.jobs.requestCancel(workspaceId, job.id)).rejects.toMatchObject(timedOut);
    await expect(hasty.jobs.succeed(lease, { result: {}, outcome: 'complete' })).rejects.toMatchObject(timedOut);
    await expect(hasty.jobs.retry(lease, { error: { code: 'X', message: 'x', retryable: true }, delayMs: 0 })).rejects.toMatchObject(
      timedOut,
    );
    await blocker.run('ROLLBACK');
    await blocker.end();
    expect(await rowsOf(job.id)).toEqual(before);
    expect(await hasty.jobs.succeed(lease, { result: {}, outcome: 'complete' })).toMatchObject({ state: 'succeeded' });
  });

  test('when the queue lost 10,000 jobs, then they are given to it again batch by batch, each once', async () => {
    const count = deep(2_500, 10_000);
    const jobs = Array.from({ length: count }, () => aNewJob({}));
    for (let start = 0; start < count; start += 500)
      await Promise.all(jobs.slice(start, start + 500).map((job) => data.db.jobs.submit({ workspaceId, jobs: [job], idempotency: null })));
    await data.look(`UPDATE job SET dispatched_at = now() WHERE state = 'queued'`);
    const { now } = await data.db.queueEpoch.read();
    const batches: number[] = [];
    do batches.push(await data.db.mover.requeueAllDispatched({ before: now, limit: 1_000 }));
    while (batches.at(-1) === 1_000);
    expect(batches.reduce((sum, batch) => sum + batch, 0)).toBe(count);
    expect(
      await data.look(`SELECT count(*)::int, min(generation), max(generation) FROM job WHERE state = 'queued' AND dispatched_at IS NULL`),
    ).toEqual([{ count, min: 2, max: 2 }]);
  }, 60_000);

  test('fault 7: when the connection of a worker dies without a word in the middle of a COPY, then its session is ended and its job goes on', async () => {
    const job = await data.startJob(workspaceId);
    const dead = new pg.Client({ connectionString: data.url });
    const ended = new Promise((end) => dead.once('error', end));
    await dead.connect();
    await dead.query('BEGIN');
    await dead.query('SELECT 1 FROM job WHERE id = $1 FOR UPDATE', [job.id]);
    // Nothing is ever written to it, and no timeout of the server would end that.
    dead.query(copyFrom(COPY_COMMENTS)).on('error', () => undefined);
    await waitFor(async () => {
      await data.db.mover.reclaimLost({ staleAfterMs: 300, limit: 10 });
      return (await rowsOf(job.id))[0]?.['state'] === 'queued';
    });
    expect(String(await ended)).toContain('terminated');
    expect(await rowsOf(job.id)).toMatchObject([{ state: 'queued', ends: ['lost'] }]);
  });
});
