import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ChildPolicy, LeaseRef } from '@otklik/contracts';
import { newId, silentLogger } from '@otklik/shared';
import { type TestDatabase, aNewJob, createTestDatabase, leaseOfStart, waitFor } from '@otklik/testing';
import { type Database, openDatabase } from '../open-database.ts';

let database: TestDatabase;
let db: Database;
let workspaceId: string;
const heard: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, name: 'test', poolMax: 4, logger: silentLogger });
  workspaceId = (await db.workspaces.ensure({ id: newId(), name: 'test' })).id;
  db.signals.onCancel((id) => heard.push(id));
  db.signals.start();
  await waitFor(() => db.signals.isHearing());
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const after = (id: string, ifParentFails: ChildPolicy) => ({ parents: [{ id, ifParentFails }], pipelineId: id });

/** One that runs, one behind it that its end cancels, one that its end sets free. */
const givenPipeline = async () => {
  const ids = { first: newId(), bound: newId(), free: newId() };
  const first = aNewJob({ id: ids.first, pipelineId: ids.first });
  const others = [aNewJob({ id: ids.bound, ...after(first.id, 'cancel') }), aNewJob({ id: ids.free, ...after(first.id, 'run') })];
  await db.jobs.submit({ workspaceId, jobs: [first, ...others], idempotency: null });
  return ids;
};
const start = async (jobId: string): Promise<LeaseRef> =>
  leaseOfStart(await db.jobs.start({ jobId, generation: 1, worker: 'w', staleAfterMs: 60_000 }));
const states = (...ids: readonly string[]): Promise<readonly (string | undefined)[]> =>
  Promise.all(ids.map(async (id) => (await db.jobs.get(workspaceId, id))?.state));

describe('asking to cancel', () => {
  test('when the first job of a pipeline is cancelled, then its follow-ups end with it, and those that run anyway run', async () => {
    const { first, bound, free } = await givenPipeline();
    const outcome = await db.jobs.requestCancel(workspaceId, first);
    expect(outcome).toMatchObject({ job: { id: first, state: 'cancelled' }, ended: [{ state: 'cancelled' }, { state: 'cancelled' }] });
    expect(await states(first, bound, free)).toEqual(['cancelled', 'cancelled', 'queued']);
  });

  test('when a whole pipeline is cancelled, then nothing of it goes on, whichever member is named, and only what runs is told', async () => {
    const { first, bound, free } = await givenPipeline();
    const lease = await start(first);
    const before = heard.length;
    const outcome = await db.jobs.requestCancel(workspaceId, free, 'pipeline');
    expect(outcome).toMatchObject({ job: { id: free, state: 'cancelled' }, ended: [{ state: 'cancelled' }, { state: 'cancelled' }] });
    expect(await states(first, bound, free)).toEqual(['cancelling', 'cancelled', 'cancelled']);
    await waitFor(() => heard.length > before);
    expect(heard.slice(before)).toEqual([first]);
    expect(await db.jobs.findCancelling([first, bound, free])).toEqual([first]);
    await db.jobs.finishCancel(lease);
    expect(await states(first, bound, free)).toEqual(['cancelled', 'cancelled', 'cancelled']);
  });

  test('when a pipeline is cancelled twice, or after its first job has ended, then the rest is cancelled once', async () => {
    const { first, bound, free } = await givenPipeline();
    const lease = await start(first);
    await db.jobs.succeed(lease, { result: {}, outcome: 'complete' });
    expect((await db.jobs.requestCancel(workspaceId, first, 'pipeline'))?.ended).toHaveLength(2);
    const again = await db.jobs.requestCancel(workspaceId, first, 'pipeline');
    expect(again).toMatchObject({ job: { state: 'succeeded' }, ended: [] });
    expect(await states(first, bound, free)).toEqual(['succeeded', 'cancelled', 'cancelled']);
  });

  test('when a job that came alone is cancelled as a pipeline, then it is, and no other one', async () => {
    const [alone, other] = [newId(), newId()];
    for (const id of [alone, other]) await db.jobs.submit({ workspaceId, jobs: [aNewJob({ id })], idempotency: null });
    expect(await db.jobs.requestCancel(workspaceId, alone, 'pipeline')).toMatchObject({ job: { state: 'cancelled' }, ended: [{}] });
    expect(await states(alone, other)).toEqual(['cancelled', 'queued']);
  });

  test('when the job is one of another workspace, then there is none, and nothing is cancelled', async () => {
    const { first, bound, free } = await givenPipeline();
    const { id: other } = await db.workspaces.ensure({ id: newId(), name: 'other' });
    for (const reach of ['job', 'pipeline'] as const) expect(await db.jobs.requestCancel(other, first, reach)).toBeNull();
    expect(await states(first, bound, free)).toEqual(['queued', 'blocked', 'blocked']);
  });

  test('when cancels of a job and of its pipeline meet its success, then all of it ends, each job in one way', async () => {
    const { first, bound, free } = await givenPipeline();
    const lease = await start(first);
    const [, , ended] = await Promise.all([
      db.jobs.requestCancel(workspaceId, bound, 'pipeline'),
      db.jobs.requestCancel(workspaceId, first),
      db.jobs.succeed(lease, { result: {}, outcome: 'complete' }),
    ]);
    expect(ended.state).toBe('succeeded');
    expect(await states(first, bound, free)).toEqual(['succeeded', 'cancelled', 'cancelled']);
  });
});
