import { z } from 'zod';
import { People, type VkAuthor, toAuthors } from './people.ts';
import { Flag, Id, Text, UnixTime, authorKeyOf } from './scalars.ts';

/** The body of an attachment lies under the name of its type; only its id is kept. */
const Attachment = z.looseObject({ type: z.string() });
const AttachmentBody = z.object({ owner_id: Id.optional(), id: Id });

/**
 * VK's "required" fields are not kept by VK: stubs of deleted comments come without author, text, post and owner. So
 * only id and date must be there.
 */
const Plain = z.object({
  id: Id,
  date: UnixTime,
  from_id: Id.optional(),
  text: Text.optional(),
  parents_stack: z.array(Id).default([]),
  reply_to_comment: Id.optional(),
  likes: z.object({ count: z.int().default(0) }).optional(),
  attachments: z.array(Attachment).default([]),
  deleted: Flag.default(false),
  donut: z.object({ placeholder: z.unknown().optional() }).optional(),
});
const Comment = Plain.extend({
  thread: z.object({ count: z.int().nullable().default(null), items: z.array(Plain).default([]) }).default({ count: null, items: [] }),
});

export const CommentsAnswer = z
  .object({ items: z.array(Comment), count: z.int().optional(), current_level_count: z.int().optional() })
  .and(People);

/** A comment as collectors get it. */
export type VkComment = {
  readonly ownerId: string;
  readonly postId: string;
  readonly commentId: string;
  /** null in stubs of deleted comments. */
  readonly authorKey: string | null;
  /** The comment it stands below; null at the top level. */
  readonly parentId: string | null;
  /** The root of its thread: itself at the top level. */
  readonly threadId: string;
  /** The comment it answers, which may be another reply. */
  readonly replyToId: string | null;
  readonly date: Date;
  /** null in stubs, and where only subscribers are shown it; '' where there are only attachments. */
  readonly text: string | null;
  readonly likes: number;
  readonly attachments: readonly { readonly type: string; readonly id: string | null }[];
  readonly isDeleted: boolean;
};

/** One comment of the level that was asked for, with as much of its thread as came along. */
export type VkThread = {
  readonly root: VkComment;
  /** Replies that VK says there are; null where it doesn't say. */
  readonly replyCount: number | null;
  readonly replies: readonly VkComment[];
};

export type VkComments = {
  readonly threads: readonly VkThread[];
  /** Comments that VK says this level has; null where it doesn't say. A hint: removed ones may be counted. */
  readonly levelCount: number | null;
  readonly authors: readonly VkAuthor[];
};

/** Where comments were asked for: what stubs leave out is filled from here. */
export type CommentPlace = { readonly ownerId: string; readonly postId: string; readonly rootId: string | null };

export const toComments = (place: CommentPlace, answer: z.output<typeof CommentsAnswer>): VkComments => ({
  threads: answer.items.map((item) => ({
    root: toComment(place, item),
    replyCount: item.thread.count,
    replies: item.thread.items.map((reply) => toComment({ ...place, rootId: item.id }, reply)),
  })),
  levelCount: answer.current_level_count ?? null,
  authors: toAuthors(answer),
});

const toComment = ({ ownerId, postId, rootId }: CommentPlace, item: z.output<typeof Plain>): VkComment => {
  const parentId = item.parents_stack[0] ?? rootId;
  return {
    ownerId,
    postId,
    commentId: item.id,
    authorKey: item.from_id === undefined ? null : authorKeyOf(item.from_id),
    parentId,
    threadId: parentId ?? item.id,
    replyToId: item.reply_to_comment ?? null,
    date: item.date,
    text: item.deleted ? (item.text ?? null) : isHidden(item) ? null : (item.text ?? ''),
    likes: item.likes?.count ?? 0,
    attachments: item.attachments.map((attachment) => ({ type: attachment.type, id: idOf(attachment) })),
    isDeleted: item.deleted,
  };
};

/** Something stands in its place, for all who do not pay. */
const isHidden = ({ donut, text = '', attachments }: z.output<typeof Plain>): boolean =>
  (donut?.placeholder ?? null) !== null && text === '' && attachments.length === 0;

const idOf = (attachment: z.output<typeof Attachment>): string | null => {
  const body = AttachmentBody.safeParse(attachment[attachment.type]);
  if (!body.success) return null;
  const { owner_id: ownerId, id } = body.data;
  return ownerId === undefined ? id : `${ownerId}_${id}`;
};
