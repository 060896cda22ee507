import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DispatchItem } from '@otklik/contracts';
import { QueueError, silentLogger } from '@otklik/shared';
import { type DataUnderTest, aNewJob, openDataUnderTest } from '@otklik/testing';
import { makeDispatchJobs } from './dispatch-jobs.ts';
import { makeFindLost } from './find-lost.ts';

const WINDOW = { limit: 500, window: 2_000 };

describe('rows that say they were dispatched', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  /** What sits in the queue, and what somebody asked about. */
  let added: Set<string>;
  let asked: string[];
  beforeEach(async () => {
    [added, asked] = [new Set(), []];
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
  });
  afterEach(() => data.close());

  const submit = async (count: number): Promise<readonly string[]> => {
    const jobs = Array.from({ length: count }, () => aNewJob({}));
    for (const job of jobs) await data.db.jobs.submit({ workspaceId, jobs: [job], idempotency: null });
    return jobs.map(({ id }) => id);
  };
  const dispatch = (addBulk: (items: readonly DispatchItem[]) => Promise<void>) =>
    makeDispatchJobs({ jobs: data.db.mover, queue: { addBulk }, logger: silentLogger })();
  const add = async (items: readonly DispatchItem[]): Promise<void> => items.forEach(({ jobId }) => added.add(jobId));
  const findAbsent = async (items: readonly DispatchItem[]): Promise<readonly DispatchItem[]> => {
    asked.push(...items.map(({ jobId }) => jobId));
    return items.filter(({ jobId }) => !added.has(jobId));
  };
  const findLost = (limit: number, lookUpAfterMs = 5_000) =>
    makeFindLost({ jobs: data.db.mover, queue: { findAbsent }, lookUpAfterMs, limit });
  const ages = () => data.look(`UPDATE job SET dispatched_at = dispatched_at - interval '5 seconds' RETURNING 1`);
  const read = () => data.look(`SELECT state::text, generation, dispatched_at IS NOT NULL AS "isDispatched", starts FROM job ORDER BY id`);

  test('when their dispatcher died before it added them, then they go out again as soon as a look-up finds them missing, and not before', async () => {
    const ids = await submit(3);
    await data.db.mover.claimDispatch(WINDOW);
    const repair = findLost(100);
    expect(await repair()).toEqual({ count: 0, hasMore: false });
    expect(asked).toEqual([]);
    await ages();
    expect(await repair()).toEqual({ count: 3, hasMore: false });
    await dispatch(add);
    expect([...added]).toEqual(ids);
    expect(await read()).toEqual(ids.map(() => ({ state: 'queued', generation: 2, isDispatched: true, starts: 0 })));
  });

  test('when more wait than one look-up takes, then the newest are looked up at once, and each again in turn', async () => {
    const old = await submit(5);
    await dispatch(add);
    await ages();
    const repair = findLost(2);
    while ((await repair()).hasMore);
    expect(new Set(asked)).toEqual(new Set(old));
    await ages();

    const [lost] = await submit(1);
    await data.db.mover.claimDispatch(WINDOW);
    await ages();
    asked = [];
    expect((await repair()).count).toBe(1);
    expect(asked).toContain(lost);
    added.delete(old[0] ?? '');
    let found = 0;
    for (let round = 0; round < 4; round += 1) found += (await repair()).count;
    expect(found).toBe(1);
  });

  test('when the queue refuses them, then the next round has them again as they were', async () => {
    const ids = await submit(2);
    const away = new QueueError('away');
    await expect(dispatch(() => Promise.reject(away))).rejects.toBe(away);
    expect(await read()).toEqual(ids.map(() => ({ state: 'queued', generation: 1, isDispatched: false, starts: 0 })));
    expect(await dispatch(add)).toBe(2);
  });

  test('when the queue had one of them in spite of its error and a worker was quick, then that one runs and only the others go back', async () => {
    const [started = '', other] = await submit(2);
    await expect(
      dispatch(async () => {
        await data.db.jobs.start({ jobId: started, generation: 1, worker: 'w', staleAfterMs: 60_000 });
        throw new QueueError('half of them');
      }),
    ).rejects.toThrow('half of them');
    expect(await read()).toMatchObject([
      { state: 'running', generation: 1, starts: 1 },
      { state: 'queued', isDispatched: false },
    ]);
    await dispatch(add);
    expect([...added]).toEqual([other]);
  });

  test('when a worker takes a delivery before anybody has heard that it was added, then it begins', async () => {
    const [id = ''] = await submit(1);
    await dispatch(async (items) => {
      await add(items);
      expect(await data.db.jobs.start({ jobId: id, generation: 1, worker: 'w', staleAfterMs: 60_000 })).toMatchObject({ kind: 'started' });
    });
    await ages();
    expect(await findLost(10)()).toEqual({ count: 0, hasMore: false });
    expect(await read()).toMatchObject([{ state: 'running', generation: 1 }]);
  });
});
