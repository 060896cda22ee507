import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LeaseRef, WaitingFor } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, aNewJob, deep, leaseOfStart, openDataUnderTest } from '@otklik/testing';

const HOUR_MS = 3_600_000;

describe('jobs that wait for a token', () => {
  let data: DataUnderTest;
  beforeAll(async () => {
    data = await openDataUnderTest();
  });
  afterAll(() => data.close());

  const start = async (jobId: string): Promise<LeaseRef> =>
    leaseOfStart(await data.db.jobs.start({ jobId, generation: 1, worker: 'w', staleAfterMs: HOUR_MS }));
  const waiting = async (workspaceId: string, kind: WaitingFor['kind'] = 'token'): Promise<string> => {
    const { id } = aNewJob({});
    await data.db.jobs.submit({ workspaceId, jobs: [{ ...aNewJob({}), id }], idempotency: null });
    const lease = await start(id);
    await data.db.jobs.wait(lease, { kind, waitMs: HOUR_MS, detail: 'waits' });
    return id;
  };
  const look = async (id: string) => {
    const job = await data.db.jobs.get(await workspaceOf(id), id);
    return { kind: job?.waitingFor?.kind, isDue: job !== null && job.runAt !== null && job.runAt <= new Date(), spent: job?.attemptsSpent };
  };
  const workspaceOf = async (id: string): Promise<string> =>
    (await data.look<{ id: string }>('SELECT workspace_id AS id FROM job WHERE id = $1', [id]))[0]?.id ?? '';
  const addToken = (workspaceId: string) =>
    data.db.vkTokens.add({
      id: newId(),
      workspaceId,
      kind: 'service',
      label: 'main',
      fingerprint: newId().slice(-16),
      keyId: 'k1',
      wrappedKey: Buffer.from('wrapped'),
      sealed: Buffer.from('sealed'),
      requestsPerSecond: 3,
      expiresAt: null,
      createdBy: 'key',
    });
  const asleep = { kind: 'token', isDue: false, spent: 0 };
  const awake = { kind: 'dispatch', isDue: true, spent: 0 };

  test('when they are woken, then those of the workspace are due, no attempt is spent, they tell of it once, and all others wait on', async () => {
    const [workspaceId, other] = [await data.workspace(), await data.workspace()];
    const [mine, paced, foreign] = [await waiting(workspaceId), await waiting(workspaceId, 'pace'), await waiting(other)];
    expect(await data.db.jobs.wakeTokenWaits({ workspaceId, limit: 10 })).toBe(1);
    expect(await data.db.jobs.wakeTokenWaits({ workspaceId, limit: 10 })).toBe(0);
    expect([await look(mine), await look(paced), await look(foreign)]).toEqual([awake, { ...asleep, kind: 'pace' }, asleep]);
    const events = await data.db.jobs.events(workspaceId, mine, { after: null, limit: 50 });
    expect(events?.map(({ kind }) => kind)).toEqual(['submitted', 'started', 'waited', 'woken']);
    expect((await data.db.mover.claimDispatch({ limit: 10, window: 100 })).map(({ jobId }) => jobId)).toContain(mine);
  });

  test('when they are more than one batch, then those go first that wait longest', async () => {
    const workspaceId = await data.workspace();
    const ids = [await waiting(workspaceId), await waiting(workspaceId), await waiting(workspaceId)];
    expect(await data.db.jobs.wakeTokenWaits({ workspaceId, limit: 2 })).toBe(2);
    expect(await Promise.all(ids.map(look))).toEqual([awake, awake, asleep]);
  });

  test('when a token was added and nobody woke them, then the reconciler finds them, also one that looked a moment too early to see it', async () => {
    const [workspaceId, other] = [await data.workspace(), await data.workspace()];
    const [before, foreign] = [await waiting(workspaceId), await waiting(other)];
    expect(await data.db.mover.wakeMissedTokenWaits({ limit: 10 })).toBe(0);
    await addToken(workspaceId);
    const meanwhile = await waiting(workspaceId);
    expect(await data.db.mover.wakeMissedTokenWaits({ limit: 10 })).toBe(2);
    expect(await Promise.all([before, meanwhile, foreign].map(look))).toEqual([awake, awake, asleep]);
  });

  test('when they looked after the change, then the reconciler leaves them alone', async () => {
    const workspaceId = await data.workspace();
    await addToken(workspaceId);
    await data.look(`UPDATE workspace SET vk_tokens_changed_at = now() - interval '6 seconds' WHERE id = $1`, [workspaceId]);
    const after = await waiting(workspaceId);
    expect(await data.db.mover.wakeMissedTokenWaits({ limit: 10 })).toBe(0);
    expect(await look(after)).toEqual(asleep);
  });

  test('when tokens are changed while an attempt runs that has looked already, then it waits for seconds only, however late it ends', async () => {
    const workspaceId = await data.workspace();
    const run = async (kind: WaitingFor['kind'], startedAgo: string): Promise<string> => {
      const { id } = aNewJob({});
      await data.db.jobs.submit({ workspaceId, jobs: [{ ...aNewJob({}), id }], idempotency: null });
      const lease = await start(id);
      await data.look(`UPDATE job_attempt SET started_at = now() - $2::interval WHERE job_id = $1`, [id, startedAgo]);
      await data.db.jobs.wait(lease, { kind, waitMs: HOUR_MS, detail: 'waits' });
      return id;
    };
    await addToken(workspaceId);
    await data.look(`UPDATE workspace SET vk_tokens_changed_at = now() - interval '1 minute' WHERE id = $1`, [workspaceId]);
    const [before, cached, after, paced] = [
      await run('token', '70 seconds'),
      await run('token', '58 seconds'),
      await run('token', '50 seconds'),
      await run('pace', '70 seconds'),
    ];
    const isSoon = `SELECT run_at < now() + interval '10 seconds' AND run_at > now() - interval '10 minutes' AS soon FROM job WHERE id = $1`;
    const soon = async (id: string) => (await data.look<{ soon: boolean }>(isSoon, [id]))[0]?.soon;
    expect(await Promise.all([before, cached, after, paced].map(soon))).toEqual([true, true, false, false]);
  });

  test('when a process begins with other settings, then all that wait look once', async () => {
    const [workspaceId, idle] = [await data.workspace(), await data.workspace()];
    const mine = await waiting(workspaceId);
    await data.db.vkTokens.lookAnew();
    const stamps = 'SELECT vk_tokens_changed_at IS NOT NULL AS is FROM workspace WHERE id = $1';
    expect([await data.look(stamps, [workspaceId]), await data.look(stamps, [idle])]).toEqual([[{ is: true }], [{ is: false }]]);
    await data.db.mover.wakeMissedTokenWaits({ limit: 100 });
    expect(await look(mine)).toEqual(awake);
  });

  test('when others are many, then waking reads its own by their index', async () => {
    const [workspaceId, other] = [await data.workspace(), await data.workspace()];
    await waiting(workspaceId);
    await data.look(
      `INSERT INTO job (id, workspace_id, type, state, payload, priority, timeout_ms, max_attempts, max_starts, run_at, queued_at, waiting_for)
       SELECT gen_random_uuid(), $1, 'parse', 'queued', '{}', 3, 1000, 3, 8, now() + interval '1 day', now(), jsonb_build_object('kind', 'token')
       FROM generate_series(1, $2::int)`,
      [other, deep(3_000, 1_000_000)],
    );
    await data.look('ANALYZE job');
    const plan = await data.look<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM job WHERE workspace_id = '${workspaceId}' AND state = 'queued' AND dispatched_at IS NULL
       AND waiting_for->>'kind' = 'token' AND run_at > now() ORDER BY queued_at LIMIT 500`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('job_token_wait_idx');
    expect(await data.db.jobs.wakeTokenWaits({ workspaceId, limit: 500 })).toBe(1);
  });
});
