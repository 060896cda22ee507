import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type DataUnderTest, aNewJob, leaseOf, openDataUnderTest } from '@otklik/testing';

/** What has no foreign key to its job. */
const TABLES = ['job', 'job_attempt', 'job_event', 'job_log'] as const;

describe('a job that is deleted, whoever does it', () => {
  let data: DataUnderTest;
  let kept: string;
  beforeEach(async () => {
    data = await openDataUnderTest();
    kept = await anEndedJob(await data.workspace());
  });
  afterEach(() => data.close());

  /** With an attempt, three events, a line of its log, an idempotency record and a follow-up. */
  const anEndedJob = async (workspaceId: string): Promise<string> => {
    const job = await data.startJob(workspaceId);
    const parents = [{ id: job.id, ifParentFails: 'run' as const }];
    const idempotency = { key: job.id, fingerprint: 'f' };
    await data.db.jobs.submit({ workspaceId, jobs: [aNewJob({ parents })], idempotency });
    const line = {
      jobId: job.id,
      workspaceId,
      attempt: 1,
      index: 0,
      at: new Date(),
      level: 'info',
      message: 'said',
      fields: null,
    } as const;
    await data.db.jobLog.append([line]);
    await data.db.jobs.succeed(leaseOf(job), { result: {}, outcome: 'complete' });
    return workspaceId;
  };
  const workspacesIn = async (table: string) =>
    (await data.look<{ id: string }>(`SELECT DISTINCT workspace_id AS id FROM ${table}`)).map(({ id }) => id);

  test.each([
    ['by itself', 'DELETE FROM job WHERE workspace_id = $1'],
    ['with its workspace', 'DELETE FROM workspace WHERE id = $1'],
  ])('when it is deleted %s, then its attempts, events and log go with it, and those of others stay', async (_how, text) => {
    const gone = await anEndedJob(await data.workspace());
    for (const table of TABLES) expect(new Set(await workspacesIn(table))).toEqual(new Set([kept, gone]));
    await data.look(text, [gone]);
    for (const table of [...TABLES, 'job_parent', 'idempotency_record'])
      expect([table, await workspacesIn(table)]).toEqual([table, [kept]]);
  });
});
