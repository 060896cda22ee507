import type { Comment, DiscussionShape, WallContent } from '../population/model.ts';
import { type Discussion, createDiscussions } from './discussions.ts';
import type { WallPosts } from './wall-posts.ts';

/** What the comments are now: those of posts that changed lie over the original. */
export type CommentOverlay = {
  discussionOf(postId: number): Discussion | undefined;
  /** How many comments there are; their texts are not made where that can be done without. */
  shapeOf(postId: number): DiscussionShape;
  postIdOf(commentId: number): number | undefined;
  /** Undefined when the comment or its post is not there. */
  find(commentId: number): Comment | undefined;
  /** Puts a comment that was not on the wall before behind the others of its post. */
  add(comment: Comment): void;
  /** Replaces each comment of the post by what becomes of it; undefined takes it away. */
  change(postId: number, become: (comment: Comment) => Comment | undefined): void;
};

type Deps = { readonly original: () => WallContent; readonly posts: WallPosts };

export const createCommentOverlay = ({ original, posts }: Deps): CommentOverlay => {
  const changed = new Map<number, readonly Comment[]>();
  const postIdOfNew = new Map<number, number>();
  const discussions = createDiscussions();
  const commentsOf = (postId: number): readonly Comment[] => changed.get(postId) ?? original().commentsOf(postId);
  const postIdOf = (commentId: number): number | undefined => postIdOfNew.get(commentId) ?? original().postIdOf(commentId);
  const discussionOf = (postId: number): Discussion | undefined => {
    const post = posts.byId(postId);
    return post === undefined ? undefined : discussions.of(post, commentsOf(postId));
  };
  return {
    discussionOf,
    postIdOf,
    shapeOf: (postId) => (changed.has(postId) ? undefined : original().shapeOf?.(postId)) ?? shapeOf(commentsOf(postId)),
    find: (commentId) => discussionOf(postIdOf(commentId) ?? -1)?.byId(commentId),
    add: (comment) => {
      changed.set(comment.postId, [...commentsOf(comment.postId), comment]);
      postIdOfNew.set(comment.id, comment.postId);
    },
    change: (postId, become) =>
      void changed.set(
        postId,
        commentsOf(postId).flatMap((comment) => become(comment) ?? []),
      ),
  };
};

const shapeOf = (comments: readonly Comment[]): DiscussionShape => {
  const threads = Map.groupBy(comments, ({ rootId }) => rootId);
  const roots = threads.get(null)?.length ?? 0;
  threads.delete(null);
  return { roots, replies: [...threads.values()].map(({ length }) => length) };
};
