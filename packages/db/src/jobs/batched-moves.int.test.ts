import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { StartedJob, StartOutcome } from '@otklik/contracts';
import { DatabaseError, newId, silentLogger } from '@otklik/shared';
import { type DataUnderTest, aNewJob, leaseOf, leaseOfStart, openDataUnderTest } from '@otklik/testing';
import pg from 'pg';
import { openPool } from '../pools.ts';
import { type Sql, createSql } from '../sql.ts';
import { createJobMoves } from './job-moves.ts';

const TIMING = { connectionTimeoutMs: 2_000, statementTimeoutMs: 20_000, idleInTransactionTimeoutMs: 20_000 };
const SUCCESS = { result: {}, outcome: 'complete' } as const;
const BROKEN = { code: 'BROKEN', message: 'It broke.', retryable: true };

describe('moves that go together', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  const pools: pg.Pool[] = [];
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await data.close();
  });

  /** The moves of another process, and the statements that they took, conflicts included. */
  const aProcess = ({ url = data.url, max = 4 } = {}) => {
    const pool = openPool({ ...TIMING, url, name: 'test', max, logger: silentLogger });
    pools.push(pool);
    const statements: string[] = [];
    const conflicts: string[] = [];
    const sql = createSql(pool, { watch: { retried: (reason) => void conflicts.push(reason) }, prepares: true });
    const limits: (number | undefined)[] = [];
    const query: Sql['query'] = (text, values, options) => {
      statements.push(text);
      limits.push(options?.withinMs);
      return sql.query(text, values, options);
    };
    return { pool, statements, limits, conflicts, moves: createJobMoves({ ...sql, query }) };
  };
  const submit = async (count: number): Promise<readonly string[]> => {
    const [first, ...others] = Array.from({ length: count }, () => aNewJob());
    if (first !== undefined) await data.db.jobs.submit({ workspaceId, jobs: [first, ...others], idempotency: null });
    return [first, ...others].flatMap((job) => (job === undefined ? [] : [job.id]));
  };
  /** How many plans were made for the statements of a name, and how often a plan was used that was there. */
  const plansOf = async (pool: pg.Pool) =>
    (
      await pool.query<{ name: string; made: number; used: number }>(
        `SELECT name, custom_plans::int AS made, generic_plans::int AS used FROM pg_prepared_statements ORDER BY name`,
      )
    ).rows;
  const requestOf = (jobId: string) => ({ jobId, generation: 1, worker: 'test', staleAfterMs: 60_000 });
  const startedOf = (outcomes: readonly StartOutcome[]): readonly StartedJob[] =>
    outcomes.flatMap((outcome) => (outcome.kind === 'started' ? [outcome.job] : []));
  const statesOf = async (ids: readonly string[]): Promise<readonly (string | undefined)[]> =>
    Promise.all(ids.map(async (id) => (await data.db.jobs.get(workspaceId, id))?.state));

  test('when many start and end at once, then starts, successes and other ends are one statement each, and each caller hears of its own job', async () => {
    const ids = await submit(20);
    const { moves, statements, limits } = aProcess();
    const started = startedOf(await Promise.all(ids.map((id) => moves.start(requestOf(id)))));
    expect(started.map(({ id }) => id)).toEqual(ids);
    const ended = await Promise.all(
      started.map((job, index) => (index % 2 === 0 ? moves.succeed(leaseOf(job), SUCCESS) : moves.yieldTurn(leaseOf(job)))),
    );
    expect(ended.map(({ state }) => state)).toEqual(ids.map((_, index) => (index % 2 === 0 ? 'succeeded' : 'queued')));
    expect(statements).toHaveLength(3);
    // Those who wait behind a connection that died without a word must be heard before they count as lost.
    expect(limits).toEqual([5_000, 5_000, 5_000]);
  });

  test('when the queue delivers a job twice at once, then one delivery starts it', async () => {
    const [id = ''] = await submit(1);
    const { moves } = aProcess();
    const outcomes = await Promise.all([moves.start(requestOf(id)), moves.start(requestOf(id))]);
    expect(outcomes.map((outcome) => (outcome.kind === 'dropped' ? outcome.reason : outcome.kind)).toSorted()).toEqual(['held', 'started']);
  });

  test('when a start was committed and not heard, then asking again starts that attempt, under a new lease, and for nobody else', async () => {
    const [id = ''] = await submit(1);
    const { moves } = aProcess();
    const unheard = leaseOfStart(await moves.start(requestOf(id)));
    const again = { ...requestOf(id), isRepeat: true };
    expect(await moves.start({ ...again, worker: 'another' })).toMatchObject({ kind: 'held' });
    const resumed = await moves.start(again);
    expect(resumed).toMatchObject({ kind: 'started', job: { starts: 1 } });
    expect(await moves.heartbeat(unheard)).toBe('fenced');
    expect(await data.db.jobs.attempts(workspaceId, id, { after: null, limit: 10 })).toMatchObject([{ number: 1, end: 'running' }]);
    // Whoever was heard is at work.
    for (const job of startedOf([resumed])) expect(await moves.heartbeat(leaseOf(job))).toBe('running');
    expect(await moves.start(again)).toMatchObject({ kind: 'held' });
  });

  test('when an end was committed and not heard, then asking again moves nothing, and whether it was a success can be asked', async () => {
    const ids = await submit(2);
    const { moves } = aProcess();
    const [succeeded, failed] = startedOf(await Promise.all(ids.map((id) => moves.start(requestOf(id))))).map(leaseOf);
    if (succeeded === undefined || failed === undefined) throw new Error('not started');
    await Promise.all([moves.succeed(succeeded, SUCCESS), moves.fail(failed, BROKEN)]);
    expect(await moves.succeed(succeeded, SUCCESS)).toEqual({ state: null, cancelled: [] });
    const older = { ...succeeded, lease: succeeded.lease - 1 };
    expect(await Promise.all([succeeded, older, failed].map((lease) => moves.hasSucceeded(lease)))).toEqual([true, false, false]);
  });

  test('when the database refuses one of them, then only that one fails', async () => {
    const ids = await submit(3);
    const { moves } = aProcess();
    const [first, second, third] = startedOf(await Promise.all(ids.map((id) => moves.start(requestOf(id))))).map(leaseOf);
    if (first === undefined || second === undefined || third === undefined) throw new Error('not started');
    const never = Number.MAX_VALUE;
    const outcomes = await Promise.allSettled([
      moves.succeed(first, SUCCESS),
      moves.retry(second, { error: BROKEN, delayMs: never }),
      moves.fail(third, BROKEN),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await statesOf(ids)).toEqual(['succeeded', 'running', 'failed']);
  });

  test('when somebody holds the row of one of them, then the others do not wait for it', async () => {
    const ids = await submit(3);
    const { moves } = aProcess();
    const holder = new pg.Client({ connectionString: data.url });
    await holder.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM job WHERE id = $1 FOR UPDATE', [ids[1]]);
      const all = ids.map((id) => moves.start(requestOf(id)));
      expect(startedOf(await Promise.all([all[0], all[2]].flatMap((one) => one ?? [])))).toHaveLength(2);
      expect(await statesOf(ids)).toEqual(['running', 'queued', 'running']);
      await holder.query('COMMIT');
      expect(startedOf(await Promise.all(all))).toHaveLength(3);
    } finally {
      await holder.end();
    }
  });

  test('when two processes write the same jobs in opposite orders, then nobody is a deadlock victim, and each job moves once', async () => {
    const ids = await submit(200);
    const [one, other] = [aProcess(), aProcess()];
    const backwards = ids.toReversed();
    const [here, there] = await Promise.all([
      Promise.all(ids.map((id) => one.moves.start(requestOf(id)))),
      Promise.all(backwards.map((id) => other.moves.start(requestOf(id)))),
    ]);
    const started = [...startedOf(here), ...startedOf(there)];
    expect(started.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    const ends = await Promise.all([
      ...started.map((job) => one.moves.succeed(leaseOf(job), SUCCESS)),
      ...started.toReversed().map((job) => other.moves.retry(leaseOf(job), { error: BROKEN, delayMs: 0 })),
    ]);
    expect(ends.filter(({ state }) => state !== null)).toHaveLength(ids.length);
    expect([...one.conflicts, ...other.conflicts]).toEqual([]);
  });

  test('when moves come one at a time, and then many at once, then their statements are planned a few times and no more', async () => {
    const { pool, moves } = aProcess({ max: 1 });
    const turn = async (count: number): Promise<void> => {
      const jobs = Array.from({ length: 2 * count }, () => aNewJob());
      await Promise.all(jobs.map((job) => moves.submit({ workspaceId, jobs: [job], idempotency: null })));
      await moves.claimDispatch({ limit: 1_000, window: 2_000 });
      const started = startedOf(await Promise.all(jobs.map(({ id }) => moves.start(requestOf(id)))));
      for (const job of started.slice(0, 1)) await moves.heartbeat(leaseOf(job));
      await Promise.all(started.slice(0, count).map((job) => moves.succeed(leaseOf(job), SUCCESS)));
      await Promise.all(started.slice(count).map((job) => moves.yieldTurn(leaseOf(job))));
    };
    for (let made = 0; made < 8; made += 1) await turn(1);
    const plans = await plansOf(pool);
    const names = ['claim_dispatch', 'end_together', 'heartbeat', 'start_together', 'submit_jobs', 'succeed_together'];
    expect(plans.map(({ name }) => name)).toEqual(names);
    await turn(50);
    for (const { name, made, used } of await plansOf(pool)) expect([name, made, used >= 4]).toEqual([name, 5, true]);
  });

  test('when the database is away, then each caller hears of it', async () => {
    const { moves } = aProcess({ url: 'postgres://nobody@127.0.0.1:1/none' });
    const lease = { jobId: newId(), lease: 1 };
    const asked = [moves.start(requestOf(newId())), moves.start(requestOf(newId())), moves.succeed(lease, SUCCESS), moves.yieldTurn(lease)];
    for (const outcome of await Promise.allSettled(asked)) {
      expect(outcome.status).toBe('rejected');
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DatabaseError);
    }
  });
});
