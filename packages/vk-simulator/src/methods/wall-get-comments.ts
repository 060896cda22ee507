import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { flag, integer, list, missing, oneOf } from '../api/params.ts';
import { readableWall } from '../api/readable-wall.ts';
import { refuse } from '../api/refusal.ts';
import { renderAuthors } from '../api/render-owners.ts';
import { type CommentView, renderComment } from '../api/render-wall.ts';
import type { Comment } from '../population/model.ts';
import { commentsRefusalOf } from '../state/comments-refusal.ts';
import type { Discussion } from '../state/discussions.ts';
import type { Wall } from '../state/wall.ts';
import { sliceLevel } from './slice-level.ts';

const params = z.object({
  owner_id: integer(),
  post_id: integer({ min: 0 }),
  comment_id: integer({ min: 0 }),
  start_comment_id: integer({ min: 0 }),
  offset: integer(),
  count: integer({ min: 0, max: 100 }),
  sort: oneOf(['asc', 'desc', 'smart']),
  preview_length: integer({ min: 0 }),
  need_likes: flag(),
  thread_items_count: integer({ min: 0, max: 10 }),
  extended: flag(),
  fields: list({ max: 200 }),
});

/** `wall.getComments`: one level of a discussion, the roots of a post or the replies of a root. */
export const wallGetComments = defineMethod({
  name: 'wall.getComments',
  tokens: ['user', 'service'],
  params,
  answer: (asked, world) => {
    if (asked.owner_id === undefined) throw missing('owner_id');
    const wall = readableWall(world, asked.owner_id);
    const discussion = readableDiscussion(wall, asked);
    const level = asked.comment_id === undefined ? discussion.roots : discussion.repliesTo(asked.comment_id);
    const page = sliceLevel(level, {
      start: asked.start_comment_id,
      offset: asked.offset ?? 0,
      count: asked.count ?? 10,
      sort: asked.sort,
    });
    world.live.show({ ownerId: wall.ownerId, postId: discussion.post.id, comments: page });
    const view = viewOf(asked, discussion, wall.ownerId);
    const canPost = discussion.post.commentsAccess === 'open';
    return {
      count: asked.comment_id === undefined ? discussion.post.claimedComments : level.length,
      items: page.map((comment) => renderComment(comment, view)),
      current_level_count: level.length,
      can_post: canPost,
      show_reply_button: canPost,
      groups_can_post: canPost,
      ...(asked.extended
        ? { ...renderAuthors(authorsOf(page, view), { world, fields: asked.fields }), post_author_id: discussion.post.fromId }
        : {}),
    };
  },
});

type Asked = z.output<typeof params>;

/** With `comment_id` the post need not be named: the comment tells. */
const readableDiscussion = (wall: Wall, { post_id: postId, comment_id: commentId }: Asked): Discussion => {
  const id = postId ?? (commentId === undefined ? undefined : (wall.postIdOf(commentId) ?? -1));
  if (id === undefined) throw missing('post_id');
  const discussion = wall.discussionOf(id);
  if (discussion === undefined) throw refuse(15, 'post was not found check post_id param');
  const refusal = commentsRefusalOf(discussion.post);
  if (refusal !== undefined) throw refuse(refusal.code, refusal.detail);
  return discussion;
};

const viewOf = (asked: Asked, discussion: Discussion, ownerId: number): CommentView => ({
  discussion,
  ownerId,
  isLikesWanted: asked.need_likes,
  // The schema's default, and a trap: whoever does not ask for whole texts gets the beginnings.
  previewLength: asked.preview_length ?? 90,
  threadItems: asked.thread_items_count ?? 0,
});

/** Everybody who shows on the page: authors of the comments and of the replies inside their threads. */
const authorsOf = (page: readonly Comment[], { discussion, threadItems }: CommentView): number[] =>
  page
    .flatMap((comment) => [comment, ...(comment.rootId === null ? discussion.repliesTo(comment.id).slice(0, threadItems) : [])])
    .filter(({ isDeleted }) => !isDeleted)
    .map(({ fromId }) => fromId);
