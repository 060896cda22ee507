import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { flag, integer, missing, oneOf, word } from '../api/params.ts';
import { readableWall } from '../api/readable-wall.ts';
import { refuse } from '../api/refusal.ts';

/**
 * `likes.getList`: how many like a post or a comment. Nobody is told apart: the population knows numbers of likes only, so
 * that the list stays empty, as it is for likes of people who hide them.
 */
export const likesGetList = defineMethod({
  name: 'likes.getList',
  tokens: ['user', 'service'],
  params: z.object({
    type: word(),
    owner_id: integer(),
    item_id: integer({ min: 0 }),
    filter: oneOf(['likes', 'copies']),
    extended: flag(),
    offset: integer({ min: 0 }),
    count: integer({ min: 0, max: 1_000 }),
  }),
  answer: ({ type, owner_id: ownerId, item_id: id, filter }, world) => {
    if (type !== 'post' && type !== 'comment') throw type === undefined || type === '' ? missing('type') : refuse(100, 'type is invalid');
    if (ownerId === undefined) throw missing('owner_id');
    if (id === undefined) throw missing('item_id');
    const wall = readableWall(world, ownerId);
    const liked = type === 'post' ? wall.postOf(id) : wall.discussionOf(wall.postIdOf(id) ?? -1)?.byId(id);
    if (liked === undefined) throw refuse(100, 'object not found');
    return { count: filter === 'copies' ? 0 : liked.likes, items: [] };
  },
});
