import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobTypes, priorities } from '@otklik/contracts';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;

beforeAll(async () => {
  data = await openDataUnderTest();
  workspaceId = await data.workspace();
});
afterAll(() => data.close());

/** Rows as the moves would leave them. */
const fill = (count: number, columns: string): Promise<readonly unknown[]> =>
  data.look(
    `INSERT INTO job (id, workspace_id, type, priority, payload, max_attempts, max_starts, timeout_ms, state, run_at, dispatched_at,
       finished_at, heartbeat_at)
     SELECT gen_random_uuid(), $1, 'parse', 3, '{}', 3, 8, 1000, ${columns} FROM generate_series(1, $2)`,
    [workspaceId, count],
  );

const depthOf = async (priority: string) =>
  (await data.db.queueDepths()).find((depth) => depth.type === 'parse' && depth.priority === priority);

describe('the depth of the queues', () => {
  test('when nothing is to be done, then every type and priority says so', async () => {
    const depths = await data.db.queueDepths();
    expect(depths).toHaveLength(jobTypes.length * priorities.length);
    expect(depths.every(({ waiting, running, oldestSeconds }) => waiting === 0 && running === 0 && oldestSeconds === null)).toBe(true);
  });

  test('when jobs are due, dispatched, running, due later and finished, then those that wait and those that run are told apart', async () => {
    await fill(3, `'queued', now() - interval '90 seconds', NULL, NULL, NULL`);
    await fill(2, `'queued', now() - interval '10 minutes', now(), NULL, NULL`);
    await fill(4, `'running', now(), now(), NULL, now()`);
    await fill(5, `'queued', now() + interval '1 hour', NULL, NULL, NULL`);
    await fill(6, `'succeeded', now(), now(), now(), NULL`);
    const depth = await depthOf('normal');
    expect(depth).toMatchObject({ waiting: 5, running: 4 });
    expect(depth?.oldestSeconds).toBeGreaterThanOrEqual(600);
    expect(depth?.oldestSeconds).toBeLessThan(700);
    expect(await depthOf('low')).toMatchObject({ waiting: 0, running: 0, oldestSeconds: null });
  });
});
