import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Priority } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, aNewJob, openDataUnderTest } from '@otklik/testing';

const WINDOW = 20;

describe('the window of jobs that sit in the queue', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
  });
  afterAll(() => data.close());

  const submit = async (priority: Priority, count: number): Promise<void> => {
    for (let made = 0; made < count; made += 1)
      await data.db.jobs.submit({ workspaceId, jobs: [aNewJob({ priority })], idempotency: null });
  };
  const dispatch = async (): Promise<readonly Priority[]> => {
    const items = await data.db.mover.claimDispatch({ limit: 500, window: WINDOW });
    return items.map(({ priority }) => priority);
  };

  test('when low jobs have filled their share, then urgent ones still get in, up to the window and no further', async () => {
    await submit('low', 30);
    expect(await dispatch()).toHaveLength(18);
    expect(await dispatch()).toEqual([]);
    await submit('critical', 30);
    expect(await dispatch()).toEqual(['critical', 'critical']);
    expect(await dispatch()).toEqual([]);
    await data.look('UPDATE job SET dispatched_at = NULL WHERE priority = 4');
    expect((await dispatch()).slice(0, 18)).toEqual(Array.from({ length: 18 }, () => 'critical'));
  });

  test('when deliveries are compared with their rows, then those of ended, unknown and moved-on jobs are orphans', async () => {
    const jobs = Object.fromEntries(['waits', 'runs', 'ended', 'movedOn'].map((name) => [name, { jobId: newId(), generation: 1 }]));
    for (const { jobId } of Object.values(jobs))
      await data.db.jobs.submit({ workspaceId, jobs: [{ ...aNewJob({}), id: jobId }], idempotency: null });
    await data.look(`UPDATE job SET state = 'running' WHERE id = '${jobs['runs']?.jobId}'`);
    await data.look(`UPDATE job SET state = 'cancelled', finished_at = now() WHERE id = '${jobs['ended']?.jobId}'`);
    await data.look(`UPDATE job SET generation = 2 WHERE id = '${jobs['movedOn']?.jobId}'`);
    const unknown = { jobId: newId(), generation: 1 };
    const orphans = await data.db.mover.findOrphans([...Object.values(jobs), unknown]);
    expect(new Set(orphans)).toEqual(new Set([jobs['ended'], jobs['movedOn'], unknown]));
  });
});
