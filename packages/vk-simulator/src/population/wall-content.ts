import type { Comment, Post, WallContent } from './model.ts';

/** Content that is wholly known: sorts the posts as `wall.get` lists them and the comments by id. */
export const contentOf = (posts: readonly Post[], comments: readonly Comment[]): WallContent => {
  const byPost = new Map<number, Comment[]>();
  const postIds = new Map<number, number>();
  for (const comment of comments.toSorted((a, b) => a.id - b.id)) {
    const siblings = byPost.get(comment.postId);
    if (siblings === undefined) byPost.set(comment.postId, [comment]);
    else siblings.push(comment);
    postIds.set(comment.id, comment.postId);
  }
  return {
    posts: posts.toSorted(pinnedThenNewest),
    commentsOf: (postId) => byPost.get(postId) ?? [],
    postIdOf: (commentId) => postIds.get(commentId),
    lastId: [...posts, ...comments].reduce((last, { id }) => Math.max(last, id), 0),
  };
};

export const pinnedThenNewest = (a: Post, b: Post): number =>
  Number(b.isPinned ?? false) - Number(a.isPinned ?? false) || b.date - a.date || b.id - a.id;
