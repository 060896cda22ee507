import type { RevisionKind } from './read-states.ts';

/** Rows of collected data as use cases hand them to the database. Ids are VK's, as decimal text. */

/** A post of a wall. */
export type PostRow = {
  readonly ownerId: string;
  readonly postId: string;
  /** `id123` or `club45`; null where VK doesn't say. */
  readonly authorKey: string | null;
  readonly date: Date;
  readonly text: string;
  /** VK's own count of comments, replies included. */
  readonly commentsClaimed: number;
  readonly canReadComments: boolean;
  readonly isPinned: boolean;
  readonly likes: number;
};

/** Somebody who wrote: a user or a community. */
export type AuthorRow = {
  readonly authorKey: string;
  readonly name: string;
  readonly screenName: string | null;
  /** `deleted` or `banned`; null for a living page. */
  readonly deactivated: string | null;
};

/** A comment. Text is well-formed Unicode without NUL: PostgreSQL takes nothing else. */
export type CommentRow = {
  readonly ownerId: string;
  readonly postId: string;
  readonly commentId: string;
  /** null in deleted stubs. */
  readonly authorKey: string | null;
  /** The comment it stands below: null at the top level. */
  readonly parentId: string | null;
  /** The root of its thread: itself at the top level. */
  readonly threadId: string;
  /** The comment it answers, which may be another reply. */
  readonly replyToId: string | null;
  readonly date: Date;
  /** null in deleted stubs, and where only subscribers are shown it; an earlier text is kept then, with the attachments. */
  readonly text: string | null;
  readonly likes: number;
  /** Types and ids of attachments, no content. */
  readonly attachments: readonly { readonly type: string; readonly id: string | null }[];
  readonly isDeleted: boolean;
};

/** A stored comment as readers get it. */
export type CommentView = CommentRow & {
  readonly authorName: string | null;
  readonly language: string | null;
  readonly keywords: readonly string[];
  readonly deletedAt: Date | null;
  readonly firstSeenAt: Date;
};

/** A change that was noticed, with what the comment was before it. */
export type CommentRevision = Pick<CommentRow, 'text' | 'attachments'> & {
  readonly change: RevisionKind;
  /** It happened between the reading before and this moment. */
  readonly seenAt: Date;
};

/** A comment with what became of it and what it stands among. */
export type CommentInDetail = {
  readonly comment: CommentView;
  /** Newest first. */
  readonly revisions: readonly CommentRevision[];
  /** Its root and that one's replies, by number. */
  readonly thread: readonly CommentView[];
};
