import type { Comment, Post } from '../population/model.ts';
import { commentsRefusalOf } from '../state/comments-refusal.ts';
import type { Change } from '../state/journal.ts';
import type { Wall } from '../state/wall.ts';
import type { Counts, History, Truth, TruthComment } from './truth-schema.ts';

/** Everything that the wall holds, deleted stubs included; reads all of it, whatever its size. */
export const truthOf = (wall: Wall): Truth => {
  const discussions = wall.posts().map((post) => ({ post, all: wall.discussionOf(post.id)?.all ?? [] }));
  return {
    ownerId: wall.ownerId,
    screenName: wall.screenName,
    refusal: wall.refusal ?? null,
    posts: discussions.map(({ post, all }) => truthOfPost(post, all.length)),
    comments: discussions.flatMap(({ all }) => all.map((comment) => truthOfComment(comment, wall.ownerId))),
  };
};

/** The wall in numbers; no comment is made where its content knows better. */
export const countsOf = (wall: Wall): Counts => {
  const posts = wall.posts().map((post) => {
    const { roots, replies } = wall.shapeOf(post.id);
    return {
      id: post.id,
      refused: commentsRefusalOf(post)?.code ?? null,
      claimed: post.claimedComments,
      roots,
      replies: replies.reduce((sum, count) => sum + count, 0),
      long: replies.filter((count) => count > SHOWN_WITH_ROOT),
    };
  });
  const comments = posts.reduce((sum, { roots, replies }) => sum + roots + replies, 0);
  return { ownerId: wall.ownerId, refusal: wall.refusal ?? null, comments, posts };
};

/** VK's limit of `thread_items_count`. */
const SHOWN_WITH_ROOT = 10;

export const historyOf = (ownerId: number, changes: readonly Change[]): History => ({
  ownerId,
  changes: changes.map(({ before, after, ownerId: _same, ...change }) => ({
    ...change,
    before: before === null ? null : truthOfComment(before, ownerId),
    after: after === null ? null : truthOfComment(after, ownerId),
  })),
});

const truthOfPost = (post: Post, comments: number): Truth['posts'][number] => {
  const { id, date, text, isPinned = false, commentsAccess, claimedComments, donutPlaceholder } = post;
  const isDonut = donutPlaceholder !== undefined;
  const refusal = commentsRefusalOf(post) ?? null;
  return { id, date, text: isDonut ? '' : text, isPinned, isDonut, commentsAccess, refusal, claimedComments, comments };
};

const truthOfComment = (comment: Comment, ownerId: number): TruthComment => {
  const { id, postId, replyToId, rootId, fromId, date, isDeleted, text, donutPlaceholder } = comment;
  return {
    id,
    ownerId,
    postId,
    parentId: replyToId,
    rootId,
    fromId: isDeleted ? null : fromId,
    date,
    isDeleted,
    text: isDeleted || donutPlaceholder !== undefined ? '' : text,
  };
};
