import type { Comment, Post, WallContent } from '../population/model.ts';
import { type CommentOverlay, createCommentOverlay } from './comment-overlay.ts';
import type { Journal } from './journal.ts';
import type { WallPosts } from './wall-posts.ts';

export type NewComment = {
  readonly postId: number;
  readonly replyToId: number | null;
  readonly fromId: number;
  readonly date: number;
  readonly text: string;
};

/** Comments of a wall that can change. */
export type WallComments = Pick<CommentOverlay, 'discussionOf' | 'shapeOf' | 'postIdOf'> & {
  /** Returns the id, or undefined when the post or the comment to answer is not there. */
  addComment(comment: NewComment): number | undefined;
  /** `stub` leaves a mark in its place, `nothing` takes the thread along; the post's count stays. False when there is none. */
  deleteComment(commentId: number, leaving: 'stub' | 'nothing'): boolean;
  /** Puts another text in its place; VK says nothing about when. False when there is none. */
  editComment(commentId: number, text: string): boolean;
};

type Deps = {
  readonly ownerId: number;
  readonly original: () => WallContent;
  readonly posts: WallPosts;
  readonly journal: Journal;
  /** Greater than every id so far. */
  readonly newId: () => number;
};

/** Every change is written into the journal. */
export const createWallComments = ({ ownerId, original, posts, journal, newId }: Deps): WallComments => {
  const overlay = createCommentOverlay({ original, posts });

  const addComment = ({ replyToId, ...said }: NewComment): number | undefined => {
    const { postId } = said;
    const discussion = overlay.discussionOf(postId);
    const answered = replyToId === null ? undefined : discussion?.byId(replyToId);
    if (discussion === undefined || (replyToId !== null && answered === undefined)) return undefined;
    const rootId = answered === undefined ? null : (answered.rootId ?? answered.id);
    const comment: Comment = { ...said, id: newId(), replyToId, rootId, attachments: [], likes: 0, isDeleted: false };
    overlay.add(comment);
    posts.change(postId, claimingOneMore);
    journal.note({ ownerId, kind: 'commentAdded', postId, after: comment });
    return comment.id;
  };

  const replace = (commentId: number, kind: 'commentEdited' | 'commentStubbed', change: (comment: Comment) => Comment): boolean => {
    const before = overlay.find(commentId);
    if (before === undefined) return false;
    const after = change(before);
    overlay.change(before.postId, (comment) => (comment === before ? after : comment));
    journal.note({ ownerId, kind, postId: before.postId, before, after });
    return true;
  };

  const remove = (commentId: number): boolean => {
    const postId = overlay.find(commentId)?.postId;
    if (postId === undefined) return false;
    overlay.change(postId, (comment) => {
      // Nobody can reach replies whose root is gone.
      if (comment.id !== commentId && comment.rootId !== commentId) return comment;
      journal.note({ ownerId, kind: 'commentRemoved', postId, before: comment });
      return undefined;
    });
    return true;
  };

  return {
    discussionOf: overlay.discussionOf,
    shapeOf: overlay.shapeOf,
    postIdOf: overlay.postIdOf,
    addComment,
    deleteComment: (id, leaving) => (leaving === 'stub' ? replace(id, 'commentStubbed', asStub) : remove(id)),
    editComment: (id, text) => replace(id, 'commentEdited', (comment) => ({ ...comment, text })),
  };
};

const claimingOneMore = (post: Post): Post => ({ ...post, claimedComments: post.claimedComments + 1 });

const asStub = (comment: Comment): Comment => ({ ...comment, text: '', attachments: [], likes: 0, isDeleted: true });
