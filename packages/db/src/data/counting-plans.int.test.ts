import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DataUnderTest, deep, openDataUnderTest } from '@otklik/testing';
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
