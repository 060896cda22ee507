import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RetentionKind, Swept } from '@otklik/contracts';
import { newId, silentLogger } from '@otklik/shared';
import { type DataUnderTest, deep, openDataUnderTest, waitFor } from '@otklik/testing';
import pg from 'pg';
import { openDatabase } from '../open-database.ts';
import { createSql } from '../sql.ts';
import { createRetentionStore } from './retention-store.ts';

const DAY_MS = 86_400_000;

/** An id as it was made so many days ago. */
const idOfAge = (days: number): string => {
  const time = Math.round(Date.now() - days * DAY_MS)
    .toString(16)
    .padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}${newId().slice(13)}`;
};

describe('what is deleted for its age', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
  });
  afterAll(() => data.close());
  beforeEach(() => data.look('TRUNCATE job, job_attempt, job_event, job_log CASCADE'));

  type Job = {
    readonly days: number;
    readonly state?: string;
    readonly pipeline?: string;
    readonly parent?: string;
    readonly starts?: number;
  };

  /** A job that ended `days` ago, with one attempt, event, line and idempotency record. */
  const jobOf = async ({ days, state = 'succeeded', pipeline, parent, starts = 1 }: Job): Promise<string> => {
    const id = idOfAge(days);
    const at = `now() - interval '${days} days'`;
    const isOver = ['succeeded', 'failed', 'timed_out', 'cancelled'].includes(state);
    await data.look(`
      INSERT INTO job (id, workspace_id, type, state, priority, payload, max_attempts, max_starts, timeout_ms, pipeline_id, starts, created_at, finished_at)
      VALUES ('${id}', '${workspaceId}', 'parse', '${state}', 3, '{}', 3, 8, 1000, ${pipeline === undefined ? 'NULL' : `'${pipeline}'`}, ${starts}, ${at}, ${isOver ? at : 'NULL'});
      INSERT INTO job_attempt (job_id, number, workspace_id, worker, "end") SELECT '${id}', n, '${workspaceId}', 'w',
        CASE WHEN n % 50 = 1 THEN 'failed' ELSE 'waited' END::attempt_end FROM generate_series(1, ${starts}) AS n;
      INSERT INTO job_event (job_id, seq, workspace_id, kind, at) VALUES ('${id}', 1, '${workspaceId}', 'submitted', ${at});
      INSERT INTO job_event (job_id, seq, workspace_id, kind, at) SELECT '${id}', 2 * n + told, '${workspaceId}',
        CASE WHEN told = 0 THEN 'started' WHEN n % 50 = 1 THEN 'attempt_failed' ELSE 'waited' END, ${at}
        FROM generate_series(1, ${starts === 1 ? 0 : starts}) AS n, generate_series(0, 1) AS told;
      INSERT INTO job_log (job_id, attempt, seq, workspace_id, at, level, message) VALUES ('${id}', 1, 1, '${workspaceId}', ${at}, 'info', 'x');
      INSERT INTO idempotency_record (workspace_id, key, fingerprint, job_id, created_at) VALUES ('${workspaceId}', '${id}', 'f', '${id}', ${at});
      ${parent === undefined ? '' : `INSERT INTO job_parent (child_id, parent_id, workspace_id, policy) VALUES ('${id}', '${parent}', '${workspaceId}', 'run');`}`);
    return id;
  };

  /** A whole pass in batches of `limit`. */
  const sweep = async (what: RetentionKind, keep: number, limit = 2): Promise<number> => {
    let deleted = 0;
    let after: string | null = null;
    do {
      const swept = await data.db.retention[what]({ keep, limit, after });
      deleted += swept.deleted;
      after = swept.last;
    } while (after !== null);
    return deleted;
  };
  const idsIn = async (table: string, column = 'job_id'): Promise<ReadonlySet<unknown>> =>
    new Set((await data.look<{ id: string }>(`SELECT ${column} AS id FROM ${table}`)).map(({ id }) => id));

  test('when jobs ended longer ago than they are kept, then they go with everything of theirs, and the others stay whole', async () => {
    for (let made = 0; made < 5; made += 1) await jobOf({ days: 91 + made });
    const kept = new Set([await jobOf({ days: 89 }), await jobOf({ days: 0.1 }), await jobOf({ days: 400, state: 'queued' })]);
    expect(await sweep('jobs', 90)).toBe(5);
    expect(await idsIn('job', 'id')).toEqual(kept);
    for (const table of ['job_attempt', 'job_event', 'job_log', 'idempotency_record']) expect(await idsIn(table)).toEqual(kept);
  });

  test('when a job of a pipeline still lives, then none of the pipeline goes; when all have ended long ago, then all go', async () => {
    const pipeline = newId();
    const first = await jobOf({ days: 100, pipeline });
    const second = await jobOf({ days: 99, pipeline, parent: first });
    const last = await jobOf({ days: 98, pipeline, parent: second, state: 'blocked' });
    expect(await sweep('jobs', 90)).toBe(0);
    await data.look(`UPDATE job SET state = 'cancelled', finished_at = now() - interval '95 days' WHERE id = '${last}'`);
    expect(await sweep('jobs', 90)).toBe(3);
    expect(await idsIn('job_parent', 'child_id')).toEqual(new Set());
  });

  test('when a living job hangs on an old one of another pipeline, then the old one stays', async () => {
    const old = await jobOf({ days: 100, pipeline: newId() });
    const child = await jobOf({ days: 1, pipeline: newId(), parent: old, state: 'queued' });
    const parent = await jobOf({ days: 200, pipeline: newId(), state: 'queued' });
    const expired = await jobOf({ days: 100, pipeline: newId(), parent, state: 'timed_out' });
    expect(await sweep('jobs', 90)).toBe(0);
    expect(await idsIn('job', 'id')).toEqual(new Set([old, child, parent, expired]));
  });

  test('when events, lines and keys are older than they are kept, then they go and their jobs stay', async () => {
    const old = await Promise.all([31, 40, 50].map((days) => jobOf({ days })));
    const young = await Promise.all([0.5, 3].map((days) => jobOf({ days })));
    expect([await sweep('events', 30), await sweep('logs', 30), await sweep('idempotency', 1)]).toEqual([3, 3, 4]);
    expect(await idsIn('job', 'id')).toEqual(new Set([...old, ...young]));
    expect(await idsIn('job_event')).toEqual(new Set(young));
    expect(await idsIn('job_log')).toEqual(new Set(young));
    expect(await idsIn('idempotency_record')).toEqual(new Set([young[0]]));
  });

  test('when a living job has waited very often, then its newest attempts and events stay, of the older ones those that say more, and its starts', async () => {
    const STARTS = 6_000;
    const id = await jobOf({ days: 1, state: 'queued', starts: STARTS });
    const other = await jobOf({ days: 1, state: 'queued', starts: 100 });
    const failed = (STARTS - 100) / 50;
    expect(await sweep('attempts', 100)).toBe(STARTS - 100 - failed + 2 * STARTS - 200 - failed);
    const [left] = await data.look(`SELECT starts, (SELECT count(*)::int FROM job_attempt WHERE job_id = job.id) AS attempts,
      (SELECT jsonb_object_agg(kind, count) FROM (SELECT kind, count(*)::int FROM job_event WHERE job_id = job.id GROUP BY kind) AS told) AS events,
      (SELECT min(seq) FROM job_event WHERE job_id = job.id AND kind = 'waited') AS "firstWait" FROM job WHERE id = '${id}'`);
    const events = { submitted: 1, started: 100, waited: 98, attempt_failed: failed + 2 };
    expect(left).toEqual({ starts: STARTS, attempts: 100 + failed, events, firstWait: 2 * (STARTS - 98) + 1 });
    expect(await data.look(`SELECT FROM job_event WHERE job_id = '${other}'`)).toHaveLength(201);
  });

  test('when old jobs have very much to tell, then no transaction takes more than some thousand rows, and they go with the last of it', async () => {
    const talker = await jobOf({ days: 100, starts: 3_000 });
    await jobOf({ days: 99 });
    await data.look(`INSERT INTO job_log (job_id, attempt, seq, workspace_id, at, level, message)
      SELECT '${talker}', 1, n, '${workspaceId}', now(), 'info', 'x' FROM generate_series(2, 11000) AS n`);
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const swept: Swept = await data.db.retention.jobs({ keep: 90, limit: 2, after });
      after = swept.last;
      const [row] = await data.look<{ counts: readonly number[] }>(`SELECT ARRAY[(SELECT count(*) FROM job_event),
        (SELECT count(*) FROM job_log), (SELECT count(*) FROM job_attempt), (SELECT count(*) FROM job)]::int[] AS counts`);
      seen.push(row?.counts);
    } while (after !== null);
    expect(seen).toEqual([
      [1_002, 11_001, 3_001, 2],
      [0, 6_001, 3_001, 2],
      [0, 1_001, 3_001, 2],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
  });

  test('when an old job is replayed while it is about to be deleted, then the results that the replay reads stay', async () => {
    const pipeline = newId();
    const old = await jobOf({ days: 100, pipeline });
    const pool = new pg.Pool({ connectionString: data.url, max: 1 });
    const sql = createSql(pool);
    const store = createRetentionStore({
      ...sql,
      query: async (text, ...rest) => {
        if (text.includes('DELETE FROM job WHERE')) await jobOf({ days: 0, pipeline, state: 'queued' });
        return sql.query(text, ...rest);
      },
    });
    expect(await store.jobs({ keep: 90, limit: 2, after: null })).toMatchObject({ deleted: 0 });
    expect(await idsIn('job', 'id')).toContain(old);
    await pool.end();
  });

  test('when there are very many jobs, then each statement goes by keys and reads no table as a whole', async () => {
    const count = deep(20_000, 1_000_000);
    await jobOf({ days: 1, state: 'queued', starts: 300 });
    await data.look(`
      INSERT INTO job (id, workspace_id, type, state, priority, payload, max_attempts, max_starts, timeout_ms, created_at, finished_at)
      SELECT (lpad(to_hex(((extract(epoch FROM now()) - 8640000 + n) * 1000)::bigint), 12, '0') || '7000' || '8000' || lpad(to_hex(n), 12, '0'))::uuid,
        '${workspaceId}', 'parse', 'succeeded', 3, '{}', 3, 8, 1000, now() - interval '99 days', now() - interval '99 days' FROM generate_series(1, ${count}) AS n;
      INSERT INTO job_event (job_id, seq, workspace_id, kind, at) SELECT id, 1, workspace_id, 'submitted', finished_at FROM job WHERE finished_at IS NOT NULL;
      ANALYZE job, job_event, job_log, job_attempt, idempotency_record`);
    const before = await reads();
    const db = openDatabase({ url: data.url, name: 'test', logger: silentLogger });
    for (const [what, keep] of [
      ['jobs', 90],
      ['events', 30],
      ['logs', 14],
      ['idempotency', 1],
      ['attempts', 100],
    ] as const)
      await db.retention[what]({ keep, limit: 500, after: null });
    // A connection tells what it read when it ends at the latest.
    await db.close();
    await waitFor(async () => (await reads()).byKey > before.byKey, { what: 'what the sweeps read' });
    expect((await reads()).asAWhole).toBe(before.asAWhole);
  }, 300_000);

  /** Of jobs and events: how many were read by reading the table as a whole, and how often it was asked by a key. */
  const reads = async (): Promise<{ readonly asAWhole: number; readonly byKey: number }> => {
    await data.look('SELECT pg_stat_force_next_flush()');
    const [row] = await data.look<{
      asAWhole: number;
      byKey: number;
    }>(`SELECT sum(seq_tup_read)::int AS "asAWhole", sum(idx_scan)::int AS "byKey"
      FROM pg_stat_user_tables WHERE relname IN ('job', 'job_event')`);
    return row ?? { asAWhole: 0, byKey: 0 };
  };
});
