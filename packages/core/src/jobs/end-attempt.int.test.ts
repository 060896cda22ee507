import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DatabaseError } from '@otklik/shared';
import { type DataUnderTest, leaseOf, openDataUnderTest } from '@otklik/testing';
import { defaultBackoff } from './backoff-policy.ts';
import { makeEndAttempt } from './end-attempt.ts';

let data: DataUnderTest;
beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

/** The row after the attempt has met an error. */
const afterError = async (thrown: unknown, given: { readonly maxStarts?: number } = {}) => {
  const job = await data.startJob(await data.workspace());
  const endAttempt = makeEndAttempt({ jobs: data.db.jobs, backoff: defaultBackoff });
  await endAttempt({ job: { ...job, ...given }, lease: leaseOf(job), thrown });
  const row = await data.db.jobs.get(job.workspaceId, job.id);
  const [attempt] = (await data.db.jobs.attempts(job.workspaceId, job.id, { after: null, limit: 1 })) ?? [];
  return { state: row?.state, spent: row?.attemptsSpent, waitsFor: row?.waitingFor?.kind, end: attempt?.end };
};

const waits = { state: 'queued', spent: 0, waitsFor: 'capacity', end: 'waited' };

describe('when the database fails under an attempt', () => {
  test.each(['DB_UNAVAILABLE', 'DB_TIMEOUT', 'DB_CONFLICT'] as const)('with %s, then the job waits and nothing is spent', async (code) => {
    expect(await afterError(new DatabaseError(code, 'not now'))).toEqual(waits);
  });

  test('with answers that come too late start after start, then it is the job that asks for too much, and attempts are spent', async () => {
    const spent = { state: 'queued', spent: 1, waitsFor: 'retry', end: 'failed' };
    expect(await afterError(new DatabaseError('DB_TIMEOUT', 'too late'), { maxStarts: 1 })).toEqual(spent);
    expect(await afterError(new DatabaseError('DB_UNAVAILABLE', 'away'), { maxStarts: 1 })).toEqual(waits);
  });

  test('with a refusal, then it fails at once: asking again changes nothing', async () => {
    expect(await afterError(new DatabaseError('DB_REJECTED', 'no'))).toMatchObject({ state: 'failed', spent: 1, end: 'failed' });
  });
});
