import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DataUnderTest, deep, openDataUnderTest } from '@otklik/testing';
import { totalsSql } from './analysis-totals.ts';
import { coverageSql } from './coverage-sql.ts';
import { POST_READS } from './page-reads.ts';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
  workspaceId = await data.workspace();
  await data.look('ALTER TABLE comment SET (autovacuum_enabled = false)');
  await data.look(FILL, [workspaceId, deep(20_000, 1_000_000)]);
});
afterAll(() => data.close());

/** One wall; a post has ten comments. */
const FILL = `INSERT INTO comment (workspace_id, owner_id, object_id, comment_id, thread_id, date, likes)
  SELECT $1, -9, i / 10, i, i, now(), 0 FROM generate_series(10, $2::int) AS i`;

const indexesOf = async (text: string, values: readonly unknown[]): Promise<readonly unknown[]> => {
  const plan = (await data.look<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)).map((line) => line['QUERY PLAN']).join('\n');
  expect(plan).not.toMatch(/Seq Scan on comment/);
  return [...plan.matchAll(/ (comment_\w+)/g)].map(([, name]) => name);
};

const statements = [
  { name: 'a post that is read', text: POST_READS, more: [['complete'], [null], [10], [true]] },
  { name: 'posts of a job', text: coverageSql({ isOfWall: false, isSinceAsked: false }), more: [] },
  { name: 'posts of a job, and what is new', text: coverageSql({ isOfWall: false, isSinceAsked: true }), more: [new Date()] },
];

const expectPrimaryKey = async ({ text, more }: (typeof statements)[number]): Promise<void> =>
  expect(await indexesOf(text, [workspaceId, [-9], [7], ...more])).toEqual(['comment_pkey']);

test.each(statements)(
  'when comments of $name are counted before anybody has looked at the table, then those of its wall are not read',
  expectPrimaryKey,
);

describe('once statistics are there', () => {
  beforeAll(() => data.look('ANALYZE comment'));

  test.each(statements)('when comments of $name are counted, then the table is not read', expectPrimaryKey);
});

describe.each(['without statistics', 'with statistics'])('what was found in comments, %s', (statistics) => {
  beforeAll(async () => {
    await data.look('ALTER TABLE comment_analysis SET (autovacuum_enabled = false)');
    await data.look(`INSERT INTO comment_analysis (workspace_id, owner_id, object_id, comment_id, stems)
      SELECT workspace_id, owner_id, object_id, comment_id, '{a,b}' FROM comment ON CONFLICT DO NOTHING`);
    if (statistics === 'with statistics') await data.look('ANALYZE');
  });

  test('when it is summed up, then the findings of each comment are looked up by its whole key', async () => {
    const { values, languages, stems } = totalsSql({ workspaceId, scope: { walls: ['-9'] } });
    for (const text of [languages, stems]) {
      const plan = (await data.look<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values)).map((line) => line['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/comment_analysis_pkey on \w+ f[^\n]*\n\s+Index Cond: [^\n]*comment_id = c\.comment_id/);
    }
  });
});
