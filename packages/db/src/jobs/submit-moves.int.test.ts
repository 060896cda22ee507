import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NewJob, SubmitInput } from '@otklik/contracts';
import { newId } from '@otklik/shared';
import { type DataUnderTest, QUICK_INSERTS, SLEEPY_INSERTS, openDataUnderTest, openSession, waitFor } from '@otklik/testing';

let data: DataUnderTest;

beforeAll(async () => {
  data = await openDataUnderTest();
});
afterAll(() => data.close());

const aJob = (parents: NewJob['parents'] = []): NewJob => ({
  id: newId(),
  type: 'parse',
  payload: { label: 'a \0 b' },
  priority: 'normal',
  timeoutMs: 60_000,
  maxAttempts: 3,
  maxStarts: 8,
  runAt: null,
  expiresAt: null,
  deadlineAt: null,
  labels: [],
  parents,
  pipelineId: null,
  replayOf: null,
  checkpoint: null,
  requestId: null,
});

const inputOf = (workspaceId: string): SubmitInput => {
  const first = aJob();
  return { workspaceId, jobs: [first, aJob([{ id: first.id, ifParentFails: 'run' }])], idempotency: null };
};

const submitAll = (inputs: readonly SubmitInput[]) => Promise.allSettled(inputs.map((input) => data.db.jobs.submit(input)));

describe('submitting many jobs at once', () => {
  test('when they come from several workspaces, then each caller gets its own job, and follow-ups stay with their parents', async () => {
    const workspaces = await Promise.all([data.workspace(), data.workspace()]);
    const inputs = Array.from({ length: 60 }, (_, index) => inputOf(workspaces[index % 2] ?? ''));
    const outcomes = await submitAll(inputs);
    const jobs = outcomes.map((outcome) => (outcome.status === 'fulfilled' && outcome.value.kind === 'created' ? outcome.value.job : null));
    expect(jobs.map((job) => [job?.id, job?.workspaceId])).toEqual(inputs.map(({ jobs: [{ id }], workspaceId }) => [id, workspaceId]));
    for (const {
      jobs: [first, child],
      workspaceId,
    } of inputs.slice(0, 2)) {
      expect(await data.db.jobs.get(workspaceId, child?.id ?? '')).toMatchObject({ state: 'blocked', parents: [first.id] });
      expect(await data.db.jobs.get(workspaceId, first.id)).toMatchObject({ state: 'queued', payload: { label: 'a  b' } });
    }
  });

  test('when the database refuses one of them, then its caller hears it and the others are stored', async () => {
    const workspaceId = await data.workspace();
    const orphaned = { ...inputOf(workspaceId), jobs: [aJob([{ id: newId(), ifParentFails: 'run' }])] as const };
    const [first, last] = [inputOf(workspaceId), inputOf(workspaceId)];
    const outcomes = await submitAll([first, orphaned, last]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'DB_REJECTED' } });
    const ids = [first, orphaned, last].map(({ jobs: [{ id }] }) => id);
    const versions = await data.db.jobs.versions(ids);
    expect(versions.map((version) => version?.workspaceId ?? null)).toEqual([workspaceId, null, workspaceId]);
  });
});

describe('asking for versions', () => {
  test('when a job changes in a way that its readers can see, then its version is another one', async () => {
    const workspaceId = await data.workspace();
    const input = inputOf(workspaceId);
    await data.db.jobs.submit(input);
    const id = input.jobs[0].id;
    const [before] = await data.db.jobs.versions([id]);
    await data.db.jobs.requestCancel(workspaceId, id);
    const [after] = await data.db.jobs.versions([id]);
    expect(after?.version).toBeGreaterThan(before?.version ?? Number.POSITIVE_INFINITY);
  });
});

describe('submitting a job for a caller who does not wait for ever', () => {
  const countOf = async (workspaceId: string): Promise<number> =>
    (await data.look(`SELECT FROM job WHERE workspace_id = $1`, [workspaceId])).length;
  const keyed = (input: SubmitInput): SubmitInput => ({ ...input, idempotency: { key: newId(), fingerprint: newId() } });
  /** What is left at each question. */
  const leaving = (...left: readonly [number, ...number[]]): (() => number) => {
    const rest = [...left];
    return () => rest.shift() ?? left[left.length - 1] ?? 0;
  };
  const refused = { status: 'rejected', reason: { code: 'DB_TIMEOUT' } };
  const stored = { status: 'fulfilled' };

  test('when its time is over before it could be written, then it is refused, and those who have time are stored', async () => {
    const workspaceId = await data.workspace();
    const late = { ...inputOf(workspaceId), remainingMs: () => 10 };
    const lateInLine = { ...inputOf(workspaceId), remainingMs: leaving(5_000, 5_000, 10) };
    const inTime = { ...inputOf(workspaceId), remainingMs: () => 5_000 };
    const outcomes = await submitAll([late, inputOf(workspaceId), keyed(late), lateInLine, inTime]);
    expect(outcomes).toMatchObject([refused, stored, refused, refused, stored]);
    expect(await countOf(workspaceId)).toBe(4);
  });

  test('when its time ends while it is written, then it is ended in the database as well, and whoever has time goes on', async () => {
    const workspaceId = await data.workspace();
    const session = await openSession(data.url);
    await session.run(SLEEPY_INSERTS);
    const asleep = async (): Promise<number> =>
      (await session.read(`SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()`)).length;
    const short = { ...inputOf(workspaceId), remainingMs: () => 400 };
    const patient = data.db.jobs.submit({ ...inputOf(workspaceId), remainingMs: () => 30_000 }).catch((error: unknown) => error);
    const outcomes = await submitAll([short, keyed({ ...inputOf(workspaceId), remainingMs: () => 400 })]);
    expect(outcomes).toMatchObject([{ reason: { code: 'DB_UNAVAILABLE' } }, { reason: { code: 'DB_UNAVAILABLE' } }]);
    // Well before the limit of the pool would end them.
    await waitFor(async () => (await asleep()) === 1, { timeoutMs: 3_000 });
    await session.run(
      `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database(); ${QUICK_INSERTS}`,
    );
    expect(await patient).toMatchObject({ code: 'DB_TIMEOUT' });
    await session.end();
    expect(await countOf(workspaceId)).toBe(0);
  });
});
