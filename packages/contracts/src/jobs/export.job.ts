import { z } from 'zod';
import { CommentScope } from '../data/comment-scope.ts';
import type { JobSpec } from './job-spec.ts';

/** Columns of an export in their default order. */
export const exportColumns = [
  'owner_id',
  'post_id',
  'comment_id',
  'parent_id',
  'thread_id',
  'reply_to_id',
  'author_key',
  'author_name',
  'date',
  'text',
  'likes',
  'attachments',
  'deleted',
  'language',
  'keywords',
  'url',
] as const;

/** What `POST /v1/jobs/export` takes beside the options of every job. */
export const ExportPayload = z.strictObject({
  scope: CommentScope.optional(),
  format: z.enum(['csv', 'jsonl']),
  columns: z
    .array(z.enum(exportColumns))
    .min(1)
    .max(exportColumns.length)
    .refine((columns) => new Set(columns).size === columns.length, 'must not repeat a column')
    .default([...exportColumns]),
  /** CSV only: prefix cells that a spreadsheet would run as a formula with an apostrophe. */
  guardFormulas: z.boolean().default(true),
});
export type ExportPayload = z.output<typeof ExportPayload>;

/** What an export hands over: the file, and how to check it. */
export const ExportResult = z.object({
  /** `exp_…`: names the file in the API. */
  exportId: z.string(),
  format: z.enum(['csv', 'jsonl']),
  /** Data rows, without the header. */
  rows: z.int(),
  bytes: z.int(),
  /** Lower-case hex of the finished file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  fileName: z.string(),
});
export type ExportResult = z.output<typeof ExportResult>;

/** Writes collected comments into a file. */
export const exportJob = {
  queue: 'export',
  maxAttempts: 3,
  timeoutMs: 900_000,
  concurrency: 10,
  inheritsScope: true,
  payload: ExportPayload,
  result: ExportResult,
} as const satisfies JobSpec;
