import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LeaseRef, NewJob, StartedJob } from '@otklik/contracts';
import { type DataUnderTest, aNewJob, deep, leaseOf, openDataUnderTest } from '@otklik/testing';
import type { Sql } from '../sql.ts';
import { createJobReads } from './job-reads.ts';
import { createSuspectMoves } from './suspect-moves.ts';

const SUCCESS = { result: {}, outcome: 'complete' } as const;
const SWEEP = { limit: 1_000, staleAfterMs: 60_000, graceMs: 60_000 };

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
  workspaceId = await data.workspace();
});
afterAll(() => data.close());

const submit = async (given: Partial<NewJob> = {}): Promise<string> => {
  const job = aNewJob(given);
  await data.db.jobs.submit({ workspaceId, jobs: [job], idempotency: null });
  return job.id;
};
const start = async (jobId: string, worker: string): Promise<StartedJob> => {
  const started = await data.db.jobs.start({ jobId, generation: 1, worker, staleAfterMs: 60_000 });
  if (started.kind !== 'started') throw new Error(started.kind);
  return started.job;
};
const fallSilent = (id: string) => data.look(`UPDATE job SET heartbeat_at = now() - interval '1 hour' WHERE id = $1`, [id]);
const attemptsOf = async (id: string) => (await data.db.jobs.attempts(workspaceId, id, { after: null, limit: 50 })) ?? [];
const rowsOf = (id: string) => data.look('SELECT number FROM job_attempt WHERE job_id = $1', [id]);

describe('an attempt', () => {
  test('when it runs, then its job tells of it; once it is over, then it is a row with the same worker and start', async () => {
    const { id, heartbeatAt: startedAt, ...job } = await start(await submit(), 'w1');
    const began = { number: 1, worker: 'w1', startedAt };
    expect(await attemptsOf(id)).toEqual([{ ...began, end: 'running', finishedAt: null, error: null }]);
    expect(await rowsOf(id)).toEqual([]);
    await data.db.jobs.requestCancel(workspaceId, id);
    expect(await attemptsOf(id)).toMatchObject([{ ...began, end: 'running' }]);
    await data.db.jobs.succeed(leaseOf({ id, lease: job.lease }), SUCCESS);
    expect(await attemptsOf(id)).toEqual([{ ...began, end: 'succeeded', finishedAt: expect.any(Date), error: null }]);
    expect(await rowsOf(id)).toHaveLength(1);
  });

  test('when its job is taken over and lost again, then each has the worker and the start that it had', async () => {
    const first = await start(await submit(), 'w1');
    await fallSilent(first.id);
    const second = await start(first.id, 'w2');
    const lost = { number: 1, worker: 'w1', startedAt: first.heartbeatAt, end: 'lost', finishedAt: second.heartbeatAt };
    const taken = { number: 2, worker: 'w2', startedAt: second.heartbeatAt };
    expect(await attemptsOf(first.id)).toMatchObject([lost, { ...taken, end: 'running', finishedAt: null }]);
    await fallSilent(first.id);
    await data.db.mover.reclaimLost(SWEEP);
    expect(await attemptsOf(first.id)).toMatchObject([lost, { ...taken, end: 'lost' }]);
  });

  test('when a job is closed that nobody runs, then it has no attempt more', async () => {
    const job = await start(await submit(), 'w1');
    await data.db.jobs.yieldTurn(leaseOf(job));
    await data.look(`UPDATE job SET deadline_at = now() - interval '1 second' WHERE id = $1`, [job.id]);
    await data.db.mover.passDeadlines(SWEEP);
    expect(await attemptsOf(job.id)).toMatchObject([{ number: 1, end: 'yielded' }]);
  });
});

describe('an attempt that a process of version 0.1.0 began', () => {
  /** What it wrote, also where a newer process had the job before. */
  const OLD_START = `
    WITH moved AS (
      UPDATE job SET state = 'running', lease = lease + 1, starts = starts + 1, heartbeat_at = now() WHERE id = $1 RETURNING *
    )
    INSERT INTO job_attempt (job_id, number, workspace_id, worker, started_at)
    SELECT id, starts, workspace_id, 'old', '2026-01-01' FROM moved`;
  const begun = async (given?: Partial<NewJob>): Promise<string> => {
    const id = await submit(given);
    await data.look(OLD_START, [id]);
    return id;
  };
  const old = { number: 1, worker: 'old', startedAt: new Date('2026-01-01T00:00:00Z') };

  const ends = [
    { by: 'is taken over', end: 'lost', make: async (id: string) => void (await fallSilent(id), await start(id, 'new')) },
    { by: 'is lost', end: 'lost', make: async (id: string) => void (await fallSilent(id), await data.db.mover.reclaimLost(SWEEP)) },
    {
      by: 'is poison',
      end: 'lost',
      given: { maxStarts: 1 },
      make: async (id: string) => void (await fallSilent(id), await data.db.mover.reclaimLost(SWEEP)),
    },
    {
      by: 'does not answer a cancel',
      end: 'cancelled',
      make: async (id: string) => {
        await data.db.jobs.requestCancel(workspaceId, id);
        await fallSilent(id);
        await data.db.mover.forceCancels(SWEEP);
      },
    },
    { by: 'succeeds', end: 'succeeded', make: (id: string) => data.db.jobs.succeed({ jobId: id, lease: 1 }, SUCCESS) },
  ] as const;

  test.each(ends)(
    'when its job $by under this version, then its row says so, and keeps worker and start',
    async ({ end, make, ...rest }) => {
      const id = await begun('given' in rest ? rest.given : {});
      expect(await attemptsOf(id)).toMatchObject([{ ...old, end: 'running' }]);
      await make(id);
      expect((await attemptsOf(id))[0]).toMatchObject({ ...old, end, finishedAt: expect.any(Date) });
      const job = await data.db.jobs.get(workspaceId, id);
      expect(await attemptsOf(id)).toHaveLength(job?.starts ?? 0);
    },
  );

  test.each([
    { what: 'successes', state: 'succeeded', end: (lease: LeaseRef) => data.db.jobs.succeed(lease, SUCCESS) },
    { what: 'other ends', state: 'queued', end: (lease: LeaseRef) => data.db.jobs.yieldTurn(lease) },
  ])('when $what of others go with its own, then all of them are recorded', async ({ state, end }) => {
    const fresh = await Promise.all(['w1', 'w2'].map(async (worker) => start(await submit(), worker)));
    const leases = [{ jobId: await begun(), lease: 1 }, ...fresh.map(leaseOf)];
    const ended = await Promise.all(leases.map(end));
    expect(ended.map((outcome) => outcome.state)).toEqual([state, state, state]);
  });

  test('when it follows one of this version, then it is told once, with its own worker', async () => {
    const job = await start(await submit(), 'new');
    await data.db.jobs.yieldTurn(leaseOf(job));
    await data.look(OLD_START, [job.id]);
    expect(await attemptsOf(job.id)).toMatchObject([
      { number: 1, worker: 'new', end: 'yielded' },
      { ...old, number: 2, end: 'running' },
    ]);
  });
});

describe.each(['before anybody has looked at the tables', 'once statistics are there'])('many jobs, %s', (when) => {
  beforeAll(async () => {
    if (when === 'once statistics are there') return data.look('ANALYZE job, job_attempt');
    await data.look('ALTER TABLE job SET (autovacuum_enabled = false)');
    await data.look('ALTER TABLE job_attempt SET (autovacuum_enabled = false)');
    await data.look(FILL, [workspaceId, deep(20_000, 1_000_000)]);
    return data.look(`INSERT INTO job_attempt (job_id, number, workspace_id, worker, "end")
      SELECT id, n, workspace_id, 'w', 'waited' FROM job, generate_series(1, 2) AS n WHERE worker = 'many'`);
  });

  /** Each thousandth runs, for the third time. */
  const FILL = `
    INSERT INTO job (id, workspace_id, type, state, payload, priority, timeout_ms, max_attempts, max_starts, starts, worker, attempt_started_at)
    SELECT gen_random_uuid(), $1, 'parse', (CASE WHEN n % 1000 = 0 THEN 'running' ELSE 'queued' END)::job_state, '{}', 3, 1000, 3, 8, 3, 'many', now()
    FROM generate_series(1, $2::int) AS n`;

  const plans: string[] = [];
  const query: Sql['query'] = async (text, values = []) => {
    plans.push((await data.look<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)).map((line) => line['QUERY PLAN']).join('\n'));
    return data.look(text, values);
  };

  test.each([
    { what: 'attempts are paged', read: (id: string) => createJobReads({ query }).attempts(workspaceId, id, { after: 1, limit: 5 }) },
    { what: 'it is asked for a suspect', read: (id: string) => createSuspectMoves({ query }).isSuspect(id) },
  ])('when $what, then only rows of the job are read, by their keys', async ({ read }) => {
    const [job] = await data.look<{ id: string }>(`SELECT id FROM job WHERE worker = 'many' AND state = 'running' LIMIT 1`);
    plans.length = 0;
    await read(job?.id ?? '');
    const plan = plans.at(-1) ?? '';
    expect(plan).not.toContain('Seq Scan');
    const keys = [...plan.matchAll(/(?:using|on) (\w+_pkey|job_\w+_idx)\b/g)].map(([, name]) => name);
    expect(new Set(keys)).toEqual(new Set(['job_attempt_pkey', 'job_pkey']));
  });
});
