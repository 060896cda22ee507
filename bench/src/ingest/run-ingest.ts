import { type Database, openDatabase, openPrisma } from '@otklik/db';
import { type Scope, createScope, silentLogger } from '@otklik/shared';
import { startPrivatePostgres } from '@otklik/testing';
import pg from 'pg';
import type { CommentRow } from '@otklik/contracts';
import type { BenchContext } from '../benchmark.ts';
import { type Contender, measureRounds } from '../report/measure-rounds.ts';
import type { BenchReport, Comparison } from '../report/report.ts';
import { collectRows } from './collect-rows.ts';
import { copyRows } from './copy-rows.ts';
import { createRows } from './create-rows.ts';
import { expectStored, expectUntouched, startAfresh } from './table-state.ts';
import { type HeldJob, holdJob, storePages } from './store-pages.ts';

const PAGE_SIZES = [17, 100, 1_000] as const;
const ROUNDS = 5;
const CREATED_ROWS = 2_000;

const COPY = 'copy';
const CREATE = 'prisma_create';

/** What must hold: ratios that a change of the code may not fall below. */
const TARGETS: Readonly<Record<string, number>> = { copy_1000: 0.55, create_100: 10 };

/** Storing comments, in a PostgreSQL of its own with its durability as it comes, into the real table with all its indexes. */
export const runIngest = async ({ signal, note }: BenchContext): Promise<BenchReport> => {
  const scope = createScope();
  try {
    note('reading 50,000 comments from a simulated VK, starting PostgreSQL …');
    const rows = await collectRows(signal);
    const site = await openSite(scope);
    const series = await measureRounds({
      contenders: contendersOf(site, rows),
      rounds: ROUNDS,
      warmUpAmount: CREATED_ROWS,
      before: () => startAfresh(site.client),
      after: (amount) => expectStored(site.client, amount),
      signal,
      note,
    });
    await storeAgain(site, rows);
    note('stored again unchanged: no new row versions');
    const isPeer = (name: string): boolean => name === COPY || name === CREATE;
    return {
      name: 'ingest',
      unit: 'comments/s',
      headline: oursAt(1_000),
      ours: series.filter(({ name }) => !isPeer(name)),
      peers: series.filter(({ name }) => isPeer(name)),
      comparisons: comparisonsOf(),
      notes: notesOf(rows, await versionOf(site.client)),
    };
  } finally {
    await scope.close();
  }
};

type Site = {
  readonly db: Database;
  readonly job: HeldJob;
  readonly client: pg.Client;
  readonly prisma: ReturnType<typeof openPrisma>;
};

const openSite = async (scope: Scope): Promise<Site> => {
  // Tests turn fsync off; here it is part of what is measured.
  const server = await startPrivatePostgres({ settings: { fsync: 'on' } });
  scope.use('postgres', server, (opened) => opened.stop());
  const db = openDatabase({ url: server.url, name: 'bench', poolMax: 4, logger: silentLogger });
  scope.use('database', db, (opened) => opened.close());
  const client = new pg.Client({ connectionString: server.url });
  scope.use('client', client, (opened) => opened.end());
  await client.connect();
  const prisma = scope.use('prisma', openPrisma(server.url), (opened) => opened.$disconnect());
  return { db, client, prisma, job: await holdJob(db) };
};

const oursAt = (pageSize: number): string => `page_${pageSize}`;

const contendersOf = ({ db, job, client, prisma }: Site, rows: readonly CommentRow[]): readonly Contender[] => [
  { name: COPY, amount: rows.length, run: (amount) => copyRows(client, job.workspaceId, rows.slice(0, amount)) },
  ...PAGE_SIZES.toReversed().map((pageSize) => ({
    name: oursAt(pageSize),
    amount: rows.length,
    run: async (amount: number) => void (await storePages({ db, job, pageSize }, rows.slice(0, amount))),
  })),
  { name: CREATE, amount: CREATED_ROWS, run: (amount) => createRows(prisma, job.workspaceId, rows.slice(0, amount)) },
];

const comparisonsOf = (): readonly Comparison[] =>
  [
    { prefix: 'copy', peer: COPY },
    { prefix: 'create', peer: CREATE },
  ].flatMap(({ prefix, peer }) =>
    PAGE_SIZES.map((pageSize) => {
      const name = `${prefix}_${pageSize}`;
      const target = TARGETS[name];
      return { name, ours: oursAt(pageSize), peer, ...(target !== undefined && { target }) };
    }),
  );

/** A collection that comes again, nothing new: in pages of every size, over what is there. */
const storeAgain = async ({ db, job, client }: Site, rows: readonly CommentRow[]): Promise<void> => {
  await startAfresh(client);
  await storePages({ db, job, pageSize: 1_000 }, rows);
  for (const pageSize of PAGE_SIZES) await expectUntouched(client, () => storePages({ db, job, pageSize }, rows));
};

const versionOf = async (client: pg.Client): Promise<string> => {
  const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version ?? 'unknown';
};

const notesOf = (rows: readonly CommentRow[], version: string): readonly string[] => [
  `PostgreSQL ${version} on 127.0.0.1, default settings (fsync and synchronous_commit on), the table of the migrations with all its indexes.`,
  `page_N: ${rows.length} comments in pages of N through storePage; each page is one transaction that checks the lease and moves the checkpoint.`,
  `${COPY}: the same ${rows.length} rows in the same order in one COPY and one transaction, from objects to text included.`,
  `${CREATE}: ${CREATED_ROWS} rows, one create each; the rate per row stands for all ${rows.length} (a small table favours it).`,
  'Ratios: median over the rounds of ours / peer of the same round. Each warmed up once before the first round.',
  'Storing everything again unchanged, in pages of every size, left every row version as it was.',
];
