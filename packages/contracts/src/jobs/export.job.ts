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

/** What a file may be. */
export const exportFormats = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What `POST /v1/jobs/export` takes beside the options of every job. */
export const ExportPayload = z
  .strictObject({
    scope: CommentScope.optional(),
    format: z.enum(exportFormats),
    columns: z
      .array(z.enum(exportColumns))
      .min(1)
      .max(exportColumns.length)
      .refine((columns) => new Set(columns).size === columns.length, 'must not repeat a column')
      .default([...exportColumns]),
    guardFormulas: z
      .boolean()
      .default(true)
      .describe('CSV only: prefix cells that a spreadsheet would run as a formula with an apostrophe.'),
  })
  .meta({
    id: 'ExportPayload',
    examples: [{ scope: { walls: ['-1'] }, format: 'csv', columns: ['date', 'author_name', 'text', 'url'], guardFormulas: true }],
  });
export type ExportPayload = z.output<typeof ExportPayload>;

/** What an export hands over: the file, and how to check it. */
export const ExportResult = z
  .object({
    exportId: z.string().describe('`exp_…`: names the file in the API.'),
    format: z.enum(exportFormats),
    rows: z.int().describe('Data rows, without the header.'),
    bytes: z.int(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('Lower-case hex of the finished file.'),
    fileName: z.string(),
  })
  .meta({ id: 'ExportResult' });
export type ExportResult = z.output<typeof ExportResult>;

/** Writes collected comments into a file. */
export const exportJob = {
  does: 'Write collected comments into a file',
  queue: 'export',
  maxAttempts: 3,
  timeoutMs: 900_000,
  concurrency: 10,
  inheritsScope: true,
  payload: ExportPayload,
  result: ExportResult,
} as const satisfies JobSpec;
