import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JobEvent, JobEventPage, StartedJob } from '@otklik/contracts';
import { type DataUnderTest, leaseOf, openDataUnderTest } from '@otklik/testing';

const ALL = { after: null, limit: 100 };
const BROKEN = { code: 'BROKEN', message: 'It broke.', retryable: true };

describe('the events of a job', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
  });
  afterAll(() => data.close());

  const eventsOf = async ({ id }: StartedJob, page: JobEventPage = ALL): Promise<readonly JobEvent[]> =>
    (await data.db.jobs.events(workspaceId, id, page)) ?? [];

  test('when a job failed, came again and succeeded, then its events tell it in their order, with who, why and until when', async () => {
    const job = await data.startJob(workspaceId);
    await data.db.jobs.retry(leaseOf(job), { error: BROKEN, delayMs: 0 });
    const again = await data.db.jobs.start({ jobId: job.id, generation: 2, worker: 'other', staleAfterMs: 60_000 });
    if (again.kind !== 'started') throw new Error(again.kind);
    await data.db.jobs.succeed(leaseOf(again.job), { result: {}, outcome: 'partial' });

    const events = await eventsOf(job);
    expect(events.map(({ kind, data: about }) => ({ kind, ...about }))).toEqual([
      { kind: 'submitted', state: 'queued' },
      { kind: 'started', attempt: 1, worker: 'test' },
      { kind: 'attempt_failed', attempt: 1, code: 'BROKEN', message: 'It broke.', waitsFor: 'retry', until: expect.any(String) },
      { kind: 'started', attempt: 2, worker: 'other' },
      { kind: 'succeeded', attempt: 2, outcome: 'partial' },
    ]);
    expect(events.every(({ at }, index) => at.getTime() >= (events[index - 1]?.at.getTime() ?? 0))).toBe(true);
    expect(events.at(-1)?.seq).toBe((await data.db.jobs.get(workspaceId, job.id))?.version);
  });

  test('when somebody has read some of them, then the next page begins behind the last one', async () => {
    const job = await data.startJob(workspaceId);
    const [first] = await eventsOf(job, { ...ALL, limit: 1 });
    expect(first?.kind).toBe('submitted');
    expect((await eventsOf(job, { ...ALL, after: first?.seq ?? null })).map(({ kind }) => kind)).toEqual(['started']);
  });

  test("when the job is another workspace's, then there is nothing to read", async () => {
    const job = await data.startJob(workspaceId);
    expect(await data.db.jobs.events(await data.workspace(), job.id, ALL)).toBeNull();
  });
});
