import {
  type CommentStore,
  type ExportFileRow,
  type ExportStore,
  type JobReads,
  type Progress,
  type ScopeRef,
  toPublicId,
} from '@otklik/contracts';
import type { FileStore, Logger } from '@otklik/shared';
import { makeResolveScope } from '../comments/resolve-scope.ts';
import type { JobContext, Processor } from '../jobs/job-context.ts';
import { passesMilestone } from '../jobs/milestones.ts';
import { exportFolderOf, exportKeyOf, readExportKey } from './export-key.ts';
import { makeExportFormat } from './export-row.ts';

export type ExportCommentsDeps = {
  readonly comments: Pick<CommentStore, 'streamComments' | 'countComments'>;
  readonly exports: Pick<ExportStore, 'insert'>;
  readonly files: Pick<FileStore, 'write' | 'list' | 'remove'>;
  readonly jobs: Pick<JobReads, 'pipelineResults'>;
  readonly newId: () => string;
  readonly logger: Logger;
};

type Context = JobContext<'export'>;

/**
 * Writes the comments of a scope into a file, as they are at one moment, in constant memory: rows are read as fast as
 * the file takes them. The file is recorded under the lease; what an earlier attempt left is removed then. An export
 * has no place to go on from, so it never gives its turn back half-way: each attempt would begin again, and end again.
 */
export const makeExportComments = (deps: ExportCommentsDeps): Processor<'export'> => {
  const resolveScope = makeResolveScope({ jobs: deps.jobs });
  return async (context) => {
    const { workspaceId } = context.job;
    const { format } = context.payload;
    const ref = { workspaceId, scope: await resolveScope(context) };
    const id = deps.newId();
    const fileKey = exportKeyOf(context.job, { lease: context.lease.lease, format });
    const written = await write(deps, context, { ref, fileKey });
    const file = { id, format, ...written, fileKey, fileName: fileNameOf(context, id) };
    await record(deps, context, file);
    const { rows, bytes, sha256, fileName } = file;
    return { result: { exportId: toPublicId('export', id), format, rows, bytes, sha256, fileName }, outcome: 'complete' };
  };
};

type Target = { readonly ref: ScopeRef; readonly fileKey: string };
type Written = Pick<ExportFileRow, 'rows' | 'bytes' | 'sha256'>;

const CHUNK_CHARACTERS = 64 * 1024;

const write = async (deps: ExportCommentsDeps, context: Context, { ref, fileKey }: Target): Promise<Written> => {
  const total = await deps.comments.countComments({ ...ref, signal: context.signal });
  const format = makeExportFormat(context.payload);
  deps.logger.info('the export begins', { format: context.payload.format, comments: total });
  let rows = 0;
  let told = 0;

  const chunks = async function* (): AsyncGenerator<string> {
    let chunk = format.start;
    for await (const comment of deps.comments.streamComments({ ...ref, signal: context.signal })) {
      chunk += format.row(comment);
      rows += 1;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = '';
      context.progress(progressOf(rows, total));
      if (passesMilestone(told, rows)) deps.logger.info('comments are written', { comments: rows, ofComments: total });
      told = rows;
    }
    yield chunk;
  };
  context.progress(progressOf(0, total));
  const stored = await deps.files.write(fileKey, chunks(), context.signal);
  context.progress(progressOf(rows, rows));
  deps.logger.info('the file is written', { rows, ...stored });
  return { rows, ...stored };
};

/** A file that is not on record is nobody's, so it does not stay: this one's when it came too late or is not wanted any more, and those of earlier attempts. */
const record = async (deps: ExportCommentsDeps, context: Context, file: Omit<ExportFileRow, 'jobId' | 'createdAt'>): Promise<void> => {
  // Without the signal: whoever stops half-way does not know whether the file is on record, and may neither leave nor remove it.
  const { state, replacedKey } = await deps.exports.insert({ lease: context.lease, workspaceId: context.job.workspaceId, file });
  if (state !== 'running') await discard(deps, file.fileKey);
  context.heed(state);
  if (replacedKey !== null) await discard(deps, replacedKey);
  for (const key of await earlierFiles(deps, context)) await discard(deps, key);
};

/**
 * Of attempts before this one. A newer one may hold the job by now, and its file is the one that counts. After a failover to a
 * server whose clock is behind, an attempt that was forgotten may have the larger number: its file stays, which costs room only.
 */
const earlierFiles = async ({ files, logger }: ExportCommentsDeps, context: Context): Promise<readonly string[]> => {
  const isEarlier = (key: string): boolean => (readExportKey(key)?.lease ?? Infinity) < context.lease.lease;
  try {
    return (await files.list(exportFolderOf(context.job))).filter(isEarlier);
  } catch (error) {
    logger.warn('files of earlier attempts could not be looked for', { error });
    return [];
  }
};

/** What can't be removed costs room on the disk, not the export. */
const discard = async ({ files, logger }: ExportCommentsDeps, key: string): Promise<void> => {
  try {
    await files.remove(key);
  } catch (error) {
    logger.warn('a file that nobody needs could not be removed', { key, error });
  }
};

/** Comments may have been added or removed since they were counted. */
const progressOf = (rows: number, total: number): Progress => ({
  stage: 'export',
  done: rows,
  total: Math.max(rows, total),
  unit: 'comments',
  message: `${rows} of ${Math.max(rows, total)} comments written`,
});

/** The day, and enough of the id that two exports of a day differ. */
const fileNameOf = ({ job, payload }: Context, id: string): string =>
  `comments-${job.createdAt.toISOString().slice(0, 10)}-${id.slice(-8)}.${payload.format}`;
