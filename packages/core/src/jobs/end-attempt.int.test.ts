import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StartedJob } from '@otklik/contracts';
import { DatabaseError, MustWait, TurnOver } from '@otklik/shared';
import { type DataUnderTest, leaseOf, openDataUnderTest, someProgress } from '@otklik/testing';
import { defaultBackoff } from './backoff-policy.ts';
import { makeEndAttempt } from './end-attempt.ts';

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

/** One attempt more, from its start to an end by `thrown`: the row that it leaves, and how long that waits. */
const endBy = async (job: StartedJob, thrown: unknown) => {
  const endAttempt = makeEndAttempt({ jobs: data.db.jobs, backoff: defaultBackoff });
  const row = await data.db.jobs.get(job.workspaceId, job.id);
  const started = await data.db.jobs.start({ jobId: job.id, generation: row?.generation ?? 0, worker: 'test', staleAfterMs: 60_000 });
  const held = started.kind === 'started' ? started.job : job;
  await endAttempt({ job: held, lease: leaseOf(held), thrown });
  const ended = await data.db.jobs.get(job.workspaceId, job.id);
  const attempts = await data.db.jobs.attempts(job.workspaceId, job.id, { after: held.starts - 1, limit: 1 });
  const attempt = attempts?.at(0);
  const [pause] = await data.look<{ waitMs: number }>(
    `SELECT extract(epoch FROM run_at - queued_at)::float8 * 1000 AS "waitMs" FROM job WHERE id = $1`,
    [job.id],
  );
  const tells = { state: ended?.state, spent: ended?.attemptsSpent, waitsFor: ended?.waitingFor?.kind };
  return { ...tells, end: attempt?.end, code: attempt?.error?.code, waitMs: pause?.waitMs ?? 0 };
};

const aJob = async (): Promise<StartedJob> => data.startJob(await data.workspace());
const tooLate = new DatabaseError('DB_TIMEOUT', 'too late');
const waits = { state: 'queued', spent: 0, waitsFor: 'capacity', end: 'waited' };
const TOLERATED = 8;

describe('when the database fails under an attempt', () => {
  test.each([
    ['DB_UNAVAILABLE', undefined],
    ['DB_TIMEOUT', 'DB_TIMEOUT'],
    ['DB_CONFLICT', 'DB_CONFLICT'],
  ] as const)('with %s, then the job waits and nothing is spent, however often it was started', async (code, kept) => {
    const job = await aJob();
    await data.look('UPDATE job_attempt SET number = 500 WHERE job_id = $1', [job.id]);
    await data.look('UPDATE job SET starts = 500 WHERE id = $1', [job.id]);
    expect(await endBy({ ...job, starts: 500 }, new DatabaseError(code, 'not now'))).toMatchObject({ ...waits, code: kept });
  });

  test('with answers that come too late in every attempt, then it waits longer and longer; at last it is the job that asks for too much, and its budget ends it', async () => {
    const job = await aJob();
    const pauses: number[] = [];
    for (let nth = 0; nth < TOLERATED; nth += 1) {
      // What it does in between says nothing about the statement that is too slow.
      if (nth % 3 === 1) await endBy(job, new TurnOver('slice over'));
      if (nth % 3 === 2) await endBy(job, new MustWait('not yet', { kind: 'pace', waitMs: 1_000 }));
      const ended = await endBy(job, tooLate);
      expect(ended).toMatchObject(waits);
      pauses.push(Math.round(ended.waitMs / 1_000));
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    const spent = { state: 'queued', waitsFor: 'retry', end: 'failed', code: 'DB_TIMEOUT' };
    expect(await endBy(job, tooLate)).toMatchObject({ ...spent, spent: 1 });
    expect(await endBy(job, new DatabaseError('DB_UNAVAILABLE', 'away'))).toMatchObject({ ...waits, spent: 1 });
    expect(await endBy(job, tooLate)).toMatchObject({ ...spent, spent: 2 });
    expect(await endBy(job, tooLate)).toMatchObject({ state: 'failed', spent: 3, end: 'failed' });
  });

  test('with late answers now and then, then the steps that it makes in between let it begin to count anew; the same step again does not', async () => {
    const old = await aJob();
    const job = await data.takeOver(old);
    await data.look('UPDATE job SET slow_ends = $2 WHERE id = $1', [job.id, TOLERATED - 1]);
    const step = (checkpoint: unknown): Promise<unknown> => {
      const page = { posts: [], authors: [], comments: [], checkpoint, progress: someProgress };
      return data.db.comments.storePage({ ...page, lease: leaseOf(job), workspaceId: job.workspaceId });
    };
    const slowEnds = (): Promise<number> => data.db.jobs.slowEnds(leaseOf(job));
    await data.look(`UPDATE job SET checkpoint = '{"at": 1}' WHERE id = $1`, [job.id]);
    await step({ at: 1 });
    expect(await slowEnds()).toBe(TOLERATED - 1);
    await step({ at: 2 });
    expect([await slowEnds(), await data.db.jobs.slowEnds(leaseOf(old))]).toEqual([0, 0]);
    expect(await endBy(job, tooLate)).toMatchObject({ ...waits, code: 'DB_TIMEOUT' });
    expect(await slowEnds()).toBe(1);
  });

  test('with answers too late for a job that is to stop, then it stops, and nothing is counted', async () => {
    const job = await aJob();
    await data.db.jobs.requestCancel(job.workspaceId, job.id);
    expect(await endBy(job, tooLate)).toMatchObject({ state: 'cancelled', spent: 0, end: 'cancelled', code: undefined });
    expect(await data.db.jobs.slowEnds(leaseOf(job))).toBe(0);
  });

  test('with a refusal, then it fails at once: asking again changes nothing', async () => {
    expect(await endBy(await aJob(), new DatabaseError('DB_REJECTED', 'no'))).toMatchObject({ state: 'failed', spent: 1, end: 'failed' });
  });
});
