import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isTerminal, jobStates } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type TestDatabase, createTestDatabase } from '@otklik/testing';
import pg from 'pg';

/** Pairs of states in the table of moves, each with the numbers of the moves that make it. */
const moves: Readonly<Record<string, string>> = {
  'blocked → queued': '18',
  'blocked → cancelled': '11, 18',
  'blocked → timed_out': '16, 17',
  'queued → running': '3',
  'queued → cancelled': '11',
  'queued → timed_out': '16, 17',
  'running → queued': '7, 8, 9, 10, 14',
  'running → cancelling': '11',
  'running → succeeded': '5',
  'running → failed': '6, 14, 14b',
  'running → timed_out': '10, 17',
  'cancelling → succeeded': '5',
  'cancelling → cancelled': '12, 13',
  'cancelling → timed_out': '17',
};

const pairs = jobStates.flatMap((from) => jobStates.map((to) => [from, to] as const));

describe('the guard of the job table', () => {
  let database: TestDatabase;
  let client: pg.Client;
  const workspaceId = newId();

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('INSERT INTO workspace (id, name) VALUES ($1, $2)', [workspaceId, 'test']);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  const insertJob = async (state: string): Promise<string> => {
    const id = newId();
    await client.query(
      `INSERT INTO job (id, workspace_id, type, state, priority, payload, max_attempts, max_starts, timeout_ms, finished_at)
       VALUES ($1, $2, 'parse', $3::job_state, 3, '{}', 3, 8, 1000, CASE WHEN $4 THEN now() END)`,
      [id, workspaceId, state, isTerminal(jobStates.find((one) => one === state) ?? 'failed')],
    );
    return id;
  };

  const moveByHand = (id: string, to: (typeof jobStates)[number]): Promise<unknown> =>
    client.query(`UPDATE job SET state = $2::job_state, finished_at = CASE WHEN $3 THEN coalesce(finished_at, now()) END WHERE id = $1`, [
      id,
      to,
      isTerminal(to),
    ]);

  test.each(pairs)('when a statement moves a job from %s to %s, then it works exactly if the table has such a move', async (from, to) => {
    const id = await insertJob(from);
    const isAllowed = from === to || moves[`${from} → ${to}`] !== undefined;
    const moved = await moveByHand(id, to).then(
      () => true,
      (error: unknown) => {
        expect(String(error)).toContain(`may not go from ${from} to ${to}`);
        return false;
      },
    );
    expect(moved).toBe(isAllowed);
  });
});
