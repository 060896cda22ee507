import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { flag, integer, list, missing } from '../api/params.ts';
import { refuse } from '../api/refusal.ts';
import { renderAuthors } from '../api/render-owners.ts';
import { renderPost } from '../api/render-wall.ts';
import type { World } from '../state/world.ts';
import { mentionedBy } from './wall-get.ts';

const POST = /^(-?\d+)_(\d+)(?:_\w+)?$/;

/** `wall.getById`: the posts that exist and may be seen; the others are left out without a word. */
export const wallGetById = defineMethod({
  name: 'wall.getById',
  tokens: ['user', 'service'],
  params: z.object({ posts: list({ max: 100 }), extended: flag(), copy_history_depth: integer({ min: 0 }), fields: list({ max: 200 }) }),
  answer: ({ posts: wanted, extended, fields }, world) => {
    if (wanted.length === 0) throw missing('posts');
    const found = wanted.flatMap((reference) => findPost(world, reference));
    return {
      items: found.map(({ post, ownerId }) => renderPost(post, ownerId)),
      ...(extended
        ? renderAuthors(
            found.flatMap(({ post, ownerId }) => [ownerId, ...mentionedBy(post)]),
            { world, fields },
          )
        : {}),
    };
  },
});

const findPost = (world: World, reference: string) => {
  const [, ownerId, postId] = POST.exec(reference) ?? [];
  if (ownerId === undefined || postId === undefined) throw refuse(100, 'posts is invalid');
  const wall = world.wallOf(Number(ownerId));
  if (wall === undefined || wall.refusal !== undefined) return [];
  const post = wall.postOf(Number(postId));
  return post === undefined ? [] : [{ post, ownerId: wall.ownerId }];
};
