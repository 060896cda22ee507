import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JobFilter, type JobState, jobStates, terminalStates } from '@otklik/contracts';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';
import type { Sql } from '../sql.ts';
import { createJobReads } from './job-reads.ts';

const AMOUNT = 4_000;

/** Jobs whose states follow each other, of two workspaces in turn. */
const FILL = `
INSERT INTO job (id, workspace_id, type, state, priority, payload, labels, max_attempts, max_starts, timeout_ms, finished_at)
SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, CASE n % 2 WHEN 0 THEN $1 ELSE $2 END::uuid,
  CASE n % 3 WHEN 0 THEN 'export' ELSE 'parse' END, s.state, 3, '{}', CASE WHEN n % 10 = 0 THEN '{tenth}' ELSE '{}' END::text[], 3, 8, 1000,
  CASE WHEN s.state = ANY($3::job_state[]) THEN now() END
FROM generate_series(1, ${AMOUNT}) AS n, LATERAL (SELECT ($4::job_state[])[(n / 2) % cardinality($4::job_state[]) + 1] AS state) AS s`;

describe('the list of jobs', () => {
  let data: DataUnderTest;
  let workspaceId: string;
  /** All of the workspace, newest first. */
  let all: readonly { readonly id: string; readonly type: string; readonly state: JobState; readonly labels: readonly string[] }[];
  beforeAll(async () => {
    data = await openDataUnderTest();
    workspaceId = await data.workspace();
    await data.look(FILL, [workspaceId, await data.workspace(), terminalStates, jobStates]);
    await data.look('ANALYZE job');
    all = await data.look(`SELECT id, type, state::text AS state, labels FROM job WHERE workspace_id = $1 ORDER BY id DESC`, [workspaceId]);
  });
  afterAll(() => data.close());

  const pagesOf = async (filter: Partial<JobFilter>): Promise<readonly string[]> => {
    const ids: string[] = [];
    let page: readonly { readonly id: string }[];
    do {
      page = await data.db.jobs.list({ workspaceId, limit: 200, after: ids.at(-1) ?? null, ...filter });
      ids.push(...page.map(({ id }) => id));
    } while (page.length === 200);
    return ids;
  };
  const idsWhere = (isIt: (job: (typeof all)[number]) => boolean): readonly string[] => all.filter(isIt).map(({ id }) => id);

  test('when it is read page by page, then every job of the workspace comes once, newest first, whatever its state', async () => {
    expect(await pagesOf({})).toEqual(idsWhere(() => true));
    expect(await pagesOf({ types: ['export'], label: 'tenth' })).toEqual(
      idsWhere(({ type, labels }) => type === 'export' && labels.includes('tenth')),
    );
    expect(await pagesOf({ states: ['queued', 'failed'] })).toEqual(idsWhere(({ state }) => ['queued', 'failed'].includes(state)));
  });

  test('when it is asked for a page, then PostgreSQL goes through the newest of each state and reads no more than it needs', async () => {
    const asked: { text: string; values: readonly unknown[] }[] = [];
    const query: Sql['query'] = async (text, values = []) => {
      asked.push({ text, values });
      return [];
    };
    await createJobReads({ query }).list({ workspaceId, after: all[100]?.id ?? null, limit: 50 });
    const [{ text, values } = { text: '', values: [] }] = asked;
    // What is quicker with so few rows is not what is asked about.
    await data.look('SET enable_seqscan = off; SET enable_bitmapscan = off');
    const rows = await data.look<{ 'QUERY PLAN': string }>(`EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${text}`, values);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Merge Append');
    const read = [...plan.matchAll(/Index .*Scan .*on job(?: job_\d+)? \(actual rows=(\d+)/g)].reduce(
      (sum, [, count]) => sum + Number(count),
      0,
    );
    expect([read >= 50, read < 80]).toEqual([true, true]);
  });
});
