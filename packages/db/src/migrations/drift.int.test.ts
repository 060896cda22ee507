import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { REPO_ROOT, type TestDatabase, createTestDatabase, runProcess } from '@otklik/testing';

type Migration = { readonly name: string; readonly sql: string };

let database: TestDatabase;
let schema: string;
let migrations: readonly Migration[];
beforeAll(async () => {
  database = await createTestDatabase();
  const dir = join(REPO_ROOT, 'prisma');
  schema = await readSchema(dir);
  const entries = await readdir(join(dir, 'migrations'), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const sqlOf = (name: string): Promise<string> => readFile(join(dir, 'migrations', name, 'migration.sql'), 'utf8');
  migrations = await Promise.all(names.toSorted().map(async (name) => ({ name, sql: await sqlOf(name) })));
});
afterAll(() => database.drop());

/** Prisma takes the files of the folder as one. */
const readSchema = async (dir: string): Promise<string> => {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.prisma')).toSorted();
  return (await Promise.all(names.map((name) => readFile(join(dir, name), 'utf8')))).join('\n');
};

type Changes = { readonly schema?: string; readonly migrations?: readonly Migration[] };

const askPrisma = async (changes: Changes = {}): Promise<Readonly<Record<string, unknown>>> => {
  const question = { url: database.url, schema, migrations, ...changes };
  const program = runProcess({
    module: 'packages/db/src/migrations/testing/prisma-engine-under-test.ts',
    env: { QUESTION: JSON.stringify(question) },
  });
  const { code } = await program.exited;
  const [answer] = program.logs();
  if (code !== 0 || answer === undefined) throw new Error(`The engine ended with ${code}:\n${program.lines.join('\n')}`);
  return answer;
};

const IN_SYNC = { hasMigrationsTable: true, history: null, failedMigrationNames: [], editedMigrationNames: [] };

describe('the schema of Prisma and the migrated database', () => {
  test('when all migrations are applied, then they are the same, and Prisma holds the history for complete', async () => {
    expect(await askPrisma()).toEqual({ diff: '', history: IN_SYNC });
  });

  test.each([
    { what: 'a column that the database lacks', now: '@map("file_name")', then: '@map("other_name")', told: 'other_name' },
    { what: 'another type', now: /likes +Int\n/, then: 'likes BigInt\n', told: 'likes' },
    { what: 'a column that may be null', now: /phrase +String\n/, then: 'phrase String?\n', told: 'phrase' },
    { what: 'another uniqueness', now: '@@unique([workspaceId, normalized])', then: '@@unique([workspaceId, phrase])', told: 'phrase' },
    { what: 'an index less', now: '@@index([keywordId])', then: '', told: 'keyword_id' },
    {
      what: 'an index in another order',
      now: /@@index\(\[workspaceId, id\(sort: Desc\)\]\)(?=\s+@@map\("export_file"\))/,
      then: '@@index([workspaceId, id])',
      told: 'export_file',
    },
    { what: 'a state less', now: /\n +timed_out\n(?=[^}]*@@map\("job_state"\))/, then: '\n', told: 'timed_out' },
  ])('when the schema has $what, then that is told', async ({ now, then, told }) => {
    const changed = schema.replace(now, then);
    expect(changed).not.toBe(schema);
    expect((await askPrisma({ schema: changed }))['diff']).toContain(told);
  });

  test('when the database has a table that the schema does not know, then that is told', async () => {
    await database.query('CREATE TABLE stranger (id int PRIMARY KEY)');
    try {
      expect((await askPrisma())['diff']).toContain('stranger');
    } finally {
      await database.query('DROP TABLE stranger');
    }
  });

  test('when a migration was edited, then Prisma sees it by the checksum of our runner', async () => {
    const edited = migrations.map(({ name, sql }) => ({ name, sql: `${sql}-- edited` }));
    const names = migrations.map(({ name }) => name);
    expect((await askPrisma({ migrations: edited }))['history']).toEqual({ ...IN_SYNC, editedMigrationNames: names });
  });
});
