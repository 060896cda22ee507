import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readExportKey } from '@otklik/core';
import { z } from 'zod';
import { crawlsOf } from './check-comments.ts';
import { readJobs } from './job-rows.ts';
import type { Books, Check, Finding } from './ledger.ts';
import { readRows } from './read-rows.ts';

type FileRow = {
  readonly jobId: string;
  readonly state: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
  readonly fileKey: string;
  readonly told: unknown;
};

const FILES = `
SELECT j.id::text AS "jobId", j.state::text AS state, f.rows, f.bytes::float8 AS bytes, f.sha256, f.file_key AS "fileKey", j.result AS told
FROM export_file f JOIN job j ON j.id = f.job_id`;

/** Files are whole, are what their record says, and hold what VK holds; and beside them there is nothing. */
export const checkExports: Check = async (books) => {
  const files = await books.query<FileRow>(FILES);
  const findings: Finding[] = [];
  const jobs = await readJobs(books);
  const recorded = new Set(files.map(({ jobId }) => jobId));
  for (const { id, type, state } of jobs)
    if (type === 'export' && state === 'succeeded' && !recorded.has(id)) findings.push({ line: 'lost', jobId: id, what: 'has no file' });
  const expected = expectedIds(books, jobs);
  for (const file of files) findings.push(...(await checkFile(books, file, expected.get(file.jobId))));
  return [...findings, ...(await checkLeftOvers(books, files))];
};

/** For exports whose wall had been collected as a whole before they began: each comment of VK, once. */
const expectedIds = (books: Books, jobs: Awaited<ReturnType<typeof readJobs>>): ReadonlyMap<string, ReadonlySet<string>> => {
  const expected = new Map<string, ReadonlySet<string>>();
  for (const [ownerId, { comments }] of books.truths) {
    const whole = crawlsOf(books, jobs, ownerId).filter(({ state, outcome }) => state === 'succeeded' && outcome === 'complete');
    const keys = new Set(whole.map(({ key }) => key));
    const ids = new Set(comments.map(({ id }) => String(id)));
    for (const job of jobs) if (job.type === 'export' && job.isFollowUp && keys.has(job.key)) expected.set(job.id, ids);
  }
  return expected;
};

const checkFile = async ({ exportDir }: Books, file: FileRow, expected: ReadonlySet<string> | undefined): Promise<readonly Finding[]> => {
  const { jobId } = file;
  const finding = (line: Finding['line'], what: string): Finding => ({ line, jobId, what });
  const content = await readFile(join(exportDir, file.fileKey)).catch(() => undefined);
  if (content === undefined) return [finding('lost', 'its file is not there')];
  const sha256 = createHash('sha256').update(content).digest('hex');
  const isAsRecorded = sha256 === file.sha256 && content.byteLength === file.bytes;
  if (!isAsRecorded) return [finding('lost', 'its file is not the one on record')];
  const told = Told.safeParse(file.told).data;
  if (file.state === 'succeeded' && told?.sha256 !== sha256) return [finding('lost', 'its result tells of another file')];
  const ids = readRows(content.toString(), file.fileKey.endsWith('.csv') ? 'csv' : 'jsonl');
  const distinct = new Set(ids);
  const missing = expected === undefined ? 0 : [...expected].filter((id) => !distinct.has(id)).length;
  return [
    ...(ids.length !== file.rows ? [finding('lost', `its file has ${ids.length} rows and its record says ${file.rows}`)] : []),
    ...(distinct.size !== ids.length ? [finding('duplicated', `its file repeats ${ids.length - distinct.size} comments`)] : []),
    ...(missing > 0 ? [finding('lost', `its file lacks ${missing} comments`)] : []),
  ];
};

const Told = z.looseObject({ sha256: z.string() });

/** A file beside the records: of an export that succeeded nothing may stay; of one that was killed for good it may. And each is an export's. */
const checkLeftOvers = async ({ exportDir, query }: Books, files: readonly FileRow[]): Promise<readonly Finding[]> => {
  const recorded = new Set(files.map(({ fileKey }) => fileKey));
  const found = await readdir(exportDir, { recursive: true, withFileTypes: true });
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(exportDir.length + 1));
  const succeeded = new Set(files.filter(({ state }) => state === 'succeeded').map(({ jobId }) => jobId));
  const orphans = paths.flatMap((path): Finding[] => {
    if (path.startsWith('.tmp/') || recorded.has(path)) return [];
    const jobId = readExportKey(path)?.jobId;
    if (jobId === undefined) return [{ line: 'duplicated', what: `the file ${path} is not called as files of exports are` }];
    return succeeded.has(jobId) ? [{ line: 'duplicated', jobId, what: `the file ${path} is nobody's` }] : [];
  });
  const [row] = await query<{ readonly count: number }>(
    `SELECT count(*)::int AS count FROM job_attempt a JOIN job j ON j.id = a.job_id WHERE j.type = 'export' AND a."end" IN ('lost', 'cancelled')`,
  );
  const temps = paths.filter((path) => path.startsWith('.tmp/')).length;
  return [
    ...orphans,
    ...(temps > (row?.count ?? 0)
      ? [{ line: 'duplicated' as const, what: `${temps} half-written files, and ${row?.count} writers were killed` }]
      : []),
  ];
};
