import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type JobType, type NewJob, type StartedJob, toPublicId } from '@otklik/contracts';
import { exportKeyOf } from '@otklik/core';
import { newId } from '@otklik/shared';
import { type DataUnderTest, aComment, aNewJob, leaseOf, makeTempDir, someProgress } from '@otklik/testing';
import type { Truth } from '@otklik/vk-simulator';
import type { Books } from '../ledger/ledger.ts';
import type { PlannedOrder } from '../plan/make-load.ts';

const OWNER = -1;
const TEXTS = ['раз', 'два', 'три'];

/** Books of a run in which nothing went wrong: a wall was collected, analyzed and exported. */
export type SoundBooks = {
  readonly books: Books;
  readonly data: DataUnderTest;
  readonly jobs: Readonly<Record<JobType, string>>;
  readonly workspaceId: string;
  readonly exportFile: string;
  /** Where an attempt before the one that wrote it would have left its file. */
  readonly earlierFile: string;
  removeFiles(): void;
};

/** Makes them anew: what was in the database is gone. */
export const makeSoundBooks = async (data: DataUnderTest): Promise<SoundBooks> => {
  await data.look(
    'TRUNCATE workspace, comment, comment_analysis, collected_total, export_file, job, job_attempt, job_event, wall, post CASCADE',
  );
  const exports = makeTempDir();
  const workspaceId = await data.workspace();
  const jobs = { parse: newId(), analyze: newId(), export: newId() };
  const order = anOrder();
  await submit(data, { workspaceId, jobs, key: order.key });
  await collect(data, { workspaceId, id: jobs.parse });
  await analyze(data, { workspaceId, id: jobs.analyze });
  const exportFile = await exportAll(data, { workspaceId, id: jobs.export, dir: exports.path });
  const books: Books = {
    query: data.look,
    sent: [{ order, acceptedAs: [toPublicId('job', jobs.parse)], wasCancelAsked: false }],
    truths: new Map([[OWNER, truth]]),
    exportDir: exports.path,
    lives: [{ name: 'w1-1', state: 'leaving', status: { code: 0, signal: null }, lines: ['Stopped.'] }],
    complaints: [],
  };
  const earlierFile = join(exports.path, exportKeyOf({ workspaceId, id: jobs.export }, { lease: 1, format: 'csv' }));
  return { books, data, jobs, workspaceId, exportFile, earlierFile, removeFiles: () => exports.remove() };
};

export const anOrder = (given: Partial<PlannedOrder> = {}): PlannedOrder => ({
  key: 'k',
  at: 0,
  type: 'parse',
  body: { target: { wall: 'a_wall' } },
  rows: 3,
  wall: OWNER,
  runAfterMs: null,
  cancelAfterMs: null,
  isSentTwice: false,
  hasSmallTimeout: false,
  ...given,
});

const truth: Truth = {
  ownerId: OWNER,
  screenName: 'a_wall',
  refusal: null,
  posts: [],
  comments: TEXTS.map((text, index) => ({
    id: index + 1,
    ownerId: OWNER,
    postId: 1,
    parentId: null,
    rootId: null,
    fromId: 1,
    date: 0,
    isDeleted: false,
    text,
  })),
};

type Submitted = { readonly workspaceId: string; readonly jobs: SoundBooks['jobs']; readonly key: string };

const submit = async ({ db }: DataUnderTest, { workspaceId, jobs, key }: Submitted): Promise<void> => {
  const pipeline = { pipelineId: jobs.parse };
  const child = (type: JobType, parent: string): NewJob =>
    aNewJob({ ...pipeline, id: jobs[type], maxStarts: 8, type, parents: [{ id: parent, ifParentFails: 'cancel' }] });
  await db.jobs.submit({
    workspaceId,
    jobs: [aNewJob({ ...pipeline, id: jobs.parse, maxStarts: 8 }), child('analyze', jobs.parse), child('export', jobs.analyze)],
    idempotency: { key, fingerprint: '0'.repeat(64) },
  });
};

export const startJob = async ({ db }: DataUnderTest, jobId: string): Promise<StartedJob> => {
  const started = await db.jobs.start({ jobId, generation: 1, worker: 'w1-1', staleAfterMs: 60_000 });
  if (started.kind !== 'started') throw new Error(`The job did not start: ${started.kind}.`);
  return started.job;
};

type Step = { readonly workspaceId: string; readonly id: string };

const collect = async (data: DataUnderTest, { workspaceId, id }: Step): Promise<void> => {
  const lease = leaseOf(await startJob(data, id));
  const comments = TEXTS.map((text, index) => aComment({ commentId: String(index + 1), text }));
  const page = { posts: [], authors: [], comments, checkpoint: null, progress: someProgress };
  await data.db.comments.storePage({ lease, workspaceId, ...page });
  await data.db.jobs.succeed(lease, { result: { comments: TEXTS.length }, outcome: 'complete' });
};

const analyze = async (data: DataUnderTest, { workspaceId, id }: Step): Promise<void> => {
  const lease = leaseOf(await startJob(data, id));
  const found = { language: 'ru', entities: { mentions: [], links: [], hashtags: [], emoji: [] }, stems: [], keywordIds: [] };
  const rows = TEXTS.map((_, index) => ({ ownerId: '-1', postId: '1', commentId: String(index + 1), ...found }));
  await data.db.analysis.storeAnalysis({ lease, workspaceId, rows, checkpoint: null, progress: someProgress });
  await data.db.jobs.succeed(lease, { result: { comments: TEXTS.length }, outcome: 'complete' });
};

const exportAll = async (data: DataUnderTest, { workspaceId, id, dir }: Step & { readonly dir: string }): Promise<string> => {
  const lease = leaseOf(await startJob(data, id));
  const fileKey = exportKeyOf({ workspaceId, id }, { lease: lease.lease, format: 'csv' });
  const written = writeExport(
    join(dir, fileKey),
    TEXTS.map((text, index) => [String(index + 1), text]),
  );
  const file = { id: newId(), format: 'csv' as const, rows: TEXTS.length, ...written, fileKey, fileName: 'comments.csv' };
  await data.db.exports.insert({ lease, workspaceId, file });
  await data.db.jobs.succeed(lease, { result: { sha256: written.sha256 }, outcome: 'complete' });
  return join(dir, fileKey);
};

/** Writes a file as an export does; returns what its record has to say. */
export const writeExport = (path: string, rows: readonly (readonly string[])[]): { readonly bytes: number; readonly sha256: string } => {
  const content = Buffer.from([['comment_id', 'text'], ...rows].map((row) => `${row.map((cell) => `"${cell}"`).join(',')}\r\n`).join(''));
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return { bytes: content.byteLength, sha256: createHash('sha256').update(content).digest('hex') };
};
