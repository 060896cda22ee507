import {
  type CommentBody,
  type CommentDetailBody,
  type CommentInDetail,
  type CommentView,
  type ExportBody,
  type ExportFileRow,
  type KeywordBody,
  type KeywordRow,
  toPublicId,
} from '@otklik/contracts';
import { commentUrl } from '@otklik/core';

/** A comment as callers see it. VK's ids are 64-bit, so they are text. */
export const toCommentBody = (comment: CommentView): CommentBody => ({
  ownerId: comment.ownerId,
  postId: comment.postId,
  commentId: comment.commentId,
  parentId: comment.parentId,
  threadId: comment.threadId,
  replyToId: comment.replyToId,
  author: comment.authorKey === null ? null : { key: comment.authorKey, name: comment.authorName },
  date: comment.date.toISOString(),
  text: comment.text,
  likes: comment.likes,
  attachments: [...comment.attachments],
  isDeleted: comment.isDeleted,
  deletedAt: comment.deletedAt?.toISOString() ?? null,
  firstSeenAt: comment.firstSeenAt.toISOString(),
  language: comment.language,
  keywords: [...comment.keywords],
  url: commentUrl(comment),
});

export const toCommentDetailBody = ({ comment, revisions, thread }: CommentInDetail): CommentDetailBody => ({
  comment: toCommentBody(comment),
  revisions: revisions.map(({ change, seenAt, text, attachments }) => ({
    change,
    seenAt: seenAt.toISOString(),
    text,
    attachments: [...attachments],
  })),
  thread: thread.map(toCommentBody),
});

export const toExportBody = (file: ExportFileRow): ExportBody => ({
  id: toPublicId('export', file.id),
  jobId: toPublicId('job', file.jobId),
  format: file.format,
  rows: file.rows,
  bytes: file.bytes,
  sha256: file.sha256,
  fileName: file.fileName,
  createdAt: file.createdAt.toISOString(),
  href: `/v1/exports/${toPublicId('export', file.id)}/file`,
});

export const toKeywordBody = (keyword: KeywordRow): KeywordBody => ({
  id: toPublicId('keyword', keyword.id),
  phrase: keyword.phrase,
  createdAt: keyword.createdAt.toISOString(),
});
