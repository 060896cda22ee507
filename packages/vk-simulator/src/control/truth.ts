import type { Comment } from '../population/model.ts';
import type { Wall } from '../state/wall.ts';
import type { Truth } from './commands.ts';

/** Everything that the wall holds, deleted stubs included; reads all of it, whatever its size. */
export const truthOf = (wall: Wall): Truth => {
  const discussions = wall.posts().map((post) => ({ post, all: wall.discussionOf(post.id)?.all ?? [] }));
  return {
    ownerId: wall.ownerId,
    screenName: wall.screenName,
    posts: discussions.map(({ post: { id, date, text, isPinned = false, commentsAccess, claimedComments }, all }) => ({
      id,
      date,
      text,
      isPinned,
      commentsAccess,
      claimedComments,
      comments: all.length,
    })),
    comments: discussions.flatMap(({ all }) => all.map((comment) => truthOfComment(comment, wall.ownerId))),
  };
};

const truthOfComment = ({ id, postId, replyToId, rootId, fromId, date, isDeleted, text, donutPlaceholder }: Comment, ownerId: number) => ({
  id,
  ownerId,
  postId,
  parentId: replyToId,
  rootId,
  fromId: isDeleted ? null : fromId,
  date,
  isDeleted,
  text: isDeleted || donutPlaceholder !== undefined ? '' : text,
});
