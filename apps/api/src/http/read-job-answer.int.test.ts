import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createMemoryCache, newId } from '@otklik/shared';
import { type DataUnderTest, leaseOf, openDataUnderTest } from '@otklik/testing';
import { makeReadJobAnswer } from './read-job-answer.ts';

let data: DataUnderTest;

beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

/** Counts what the database is asked for. */
const reading = () => {
  const asked = { versions: 0, jobs: 0 };
  const readJobAnswer = makeReadJobAnswer({
    cache: createMemoryCache(),
    jobs: {
      versions: (ids) => {
        asked.versions += 1;
        return data.db.jobs.versions(ids);
      },
      get: (workspaceId, jobId) => {
        asked.jobs += 1;
        return data.db.jobs.get(workspaceId, jobId);
      },
    },
  });
  return { asked, readJobAnswer };
};

describe('reading a job that many follow', () => {
  test('when hundreds ask at once, then the database is asked for a few versions and one job', async () => {
    const { asked, readJobAnswer } = reading();
    const { id, workspaceId } = await data.startJob(await data.workspace());
    const answers = await Promise.all(Array.from({ length: 300 }, () => readJobAnswer(workspaceId, id)));
    expect(new Set(answers.map((answer) => answer?.body)).size).toBe(1);
    expect(asked).toEqual({ versions: 1, jobs: 1 });
  });

  test('when the job has changed, then the next one who asks hears it, however fresh the answer before was', async () => {
    const { readJobAnswer } = reading();
    const job = await data.startJob(await data.workspace());
    const before = await readJobAnswer(job.workspaceId, job.id);
    await data.db.jobs.fail(leaseOf(job), { code: 'INTERNAL', message: 'x', retryable: false });
    const after = await readJobAnswer(job.workspaceId, job.id);
    expect(JSON.parse(before?.body ?? '')).toMatchObject({ state: 'running' });
    expect(JSON.parse(after?.body ?? '')).toMatchObject({ state: 'failed' });
    expect([before?.retryAfterS, after?.retryAfterS]).toEqual([1, null]);
    expect(after?.etag).not.toBe(before?.etag);
  });

  test('when it is the job of another workspace, then there is none, also right after its owner read it', async () => {
    const { readJobAnswer } = reading();
    const { id, workspaceId } = await data.startJob(await data.workspace());
    expect(await readJobAnswer(workspaceId, id)).not.toBeNull();
    expect(await readJobAnswer(await data.workspace(), id)).toBeNull();
    expect(await readJobAnswer(workspaceId, newId())).toBeNull();
  });
});
