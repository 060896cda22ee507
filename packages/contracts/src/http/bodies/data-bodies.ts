import { z } from 'zod';
import { revisionKinds } from '../../data/read-states.ts';
import { AuthorKey, VkId, publicIdText } from '../../ids.ts';
import { exportFormats } from '../../jobs/export.job.ts';
import { pageOf } from './page.ts';

const moment = z.iso.datetime();

/** A comment as callers see it. */
export const CommentBody = z
  .object({
    ownerId: VkId.describe('Whose wall: negative for communities.'),
    postId: VkId,
    commentId: VkId.describe('Unique on its wall only.'),
    parentId: VkId.nullable().describe('The comment that it stands below; null at the top level.'),
    threadId: VkId.describe('The root of its thread: itself at the top level.'),
    replyToId: VkId.nullable().describe('The comment that it answers, which may be another reply.'),
    author: z.object({ key: AuthorKey, name: z.string().nullable() }).nullable().describe('null in deleted stubs.'),
    date: moment,
    text: z
      .string()
      .nullable()
      .describe('The last that was read. null: none ever was, as the comment was deleted before, or is shown to subscribers only.'),
    likes: z.int(),
    attachments: z.array(z.object({ type: z.string(), id: z.string().nullable() })).describe('Types and ids, no content.'),
    isDeleted: z.boolean(),
    deletedAt: moment.nullable().describe('When the collection first saw that it was gone.'),
    firstSeenAt: moment,
    language: z.string().nullable().describe('ISO 639-1, `und` when the letters do not tell, null before analysis.'),
    keywords: z.array(z.string()).describe('Those that it hits.'),
    url: z.url().describe('Where VK shows it.'),
  })
  .meta({
    id: 'Comment',
    description: 'Ids of VK are 64-bit, so they are text.',
    examples: [
      {
        ownerId: '-1',
        postId: '45',
        commentId: '46',
        parentId: null,
        threadId: '46',
        replyToId: null,
        author: { key: 'id123', name: 'Анна Иванова' },
        date: '2026-11-24T18:30:00.000Z',
        text: 'Когда откроют новый мост?',
        likes: 7,
        attachments: [],
        isDeleted: false,
        deletedAt: null,
        firstSeenAt: '2026-11-25T09:00:03.120Z',
        language: 'ru',
        keywords: ['мост'],
        url: 'https://vk.com/wall-1_45?reply=46',
      },
    ],
  });
export type CommentBody = z.output<typeof CommentBody>;

export const CommentPage = pageOf(CommentBody).meta({ id: 'CommentPage' });

const RevisionBody = z
  .object({
    change: z.enum(revisionKinds),
    seenAt: moment.describe('When it was noticed: it happened between the reading before and this moment.'),
    text: z.string().nullable().describe('What it was before.'),
    attachments: CommentBody.shape.attachments.describe('What they were before.'),
  })
  .meta({ id: 'CommentRevision' });

/** A comment with its history and its thread. */
export const CommentDetailBody = z
  .object({
    comment: CommentBody,
    revisions: z.array(RevisionBody).describe('Newest first, at most 200.'),
    thread: z.array(CommentBody).describe('Its root and the replies below, by number; the first 200.'),
  })
  .meta({ id: 'CommentDetail' });
export type CommentDetailBody = z.output<typeof CommentDetailBody>;

/** A file that an export wrote. */
export const ExportBody = z
  .object({
    id: publicIdText('export'),
    jobId: publicIdText('job'),
    format: z.enum(exportFormats),
    rows: z.int().describe('Without the header.'),
    bytes: z.int(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    fileName: z.string(),
    createdAt: moment,
    href: z.string().describe('Where the file is.'),
  })
  .meta({
    id: 'Export',
    examples: [
      {
        id: 'exp_019ab8c3a1b07f25b6f0d4c5e8a91b63',
        jobId: 'job_019ab8c39f5c7a1c8e2d7b3a9c5f0e14',
        format: 'csv',
        rows: 4810,
        bytes: 812_345,
        sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        fileName: 'comments-2026-11-25.csv',
        createdAt: '2026-11-25T09:02:10.000Z',
        href: '/v1/exports/exp_019ab8c3a1b07f25b6f0d4c5e8a91b63/file',
      },
    ],
  });
export type ExportBody = z.output<typeof ExportBody>;

export const ExportPage = pageOf(ExportBody).meta({ id: 'ExportPage' });

/** A phrase that analysis looks for. */
export const KeywordBody = z.object({ id: publicIdText('keyword'), phrase: z.string(), createdAt: moment }).meta({
  id: 'Keyword',
  examples: [{ id: 'kwd_019ab8c05d1e7b2c9a4f6e3d2c1b0a98', phrase: 'новый мост', createdAt: '2026-11-20T12:00:00.000Z' }],
});
export type KeywordBody = z.output<typeof KeywordBody>;

export const KeywordPage = pageOf(KeywordBody).meta({ id: 'KeywordPage' });
