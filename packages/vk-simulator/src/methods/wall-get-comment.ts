import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { flag, integer, list, missing } from '../api/params.ts';
import { readableWall } from '../api/readable-wall.ts';
import { refuse } from '../api/refusal.ts';
import { renderAuthors } from '../api/render-owners.ts';
import { renderComment } from '../api/render-wall.ts';
import { commentsRefusalOf } from '../state/comments-refusal.ts';

/** `wall.getComment`: one comment in a list of one, without the replies of its thread. Not for service keys. */
export const wallGetComment = defineMethod({
  name: 'wall.getComment',
  tokens: ['user'],
  params: z.object({ owner_id: integer(), comment_id: integer({ min: 0 }), extended: flag(), fields: list({ max: 200 }) }),
  answer: ({ owner_id: ownerId, comment_id: id, extended, fields }, world) => {
    if (ownerId === undefined) throw missing('owner_id');
    if (id === undefined) throw missing('comment_id');
    const wall = readableWall(world, ownerId);
    const discussion = wall.discussionOf(wall.postIdOf(id) ?? -1);
    const comment = discussion?.byId(id);
    if (discussion === undefined || comment === undefined) throw refuse(100, 'comment not found');
    const refusal = commentsRefusalOf(discussion.post);
    if (refusal !== undefined) throw refuse(refusal.code, refusal.detail);
    const view = { discussion, ownerId, isLikesWanted: true, previewLength: 0, threadItems: 0 };
    return {
      items: [renderComment(comment, view)],
      ...(extended ? renderAuthors(comment.isDeleted ? [] : [comment.fromId], { world, fields }) : {}),
    };
  },
});
