import { z } from 'zod';
import { defineMethod } from '../api/method.ts';
import { flag, integer, list, missing, oneOf, word } from '../api/params.ts';
import { readableWall } from '../api/readable-wall.ts';
import { refuse } from '../api/refusal.ts';
import { renderAuthors } from '../api/render-owners.ts';
import { renderPost } from '../api/render-wall.ts';
import type { Post } from '../population/model.ts';
import type { World } from '../state/world.ts';

const filters = ['all', 'owner', 'others', 'donut', 'postponed', 'suggests', 'archived'] as const;

/** `wall.get`: posts of a wall, the pinned one first, then from new to old. */
export const wallGet = defineMethod({
  name: 'wall.get',
  tokens: ['user', 'service'],
  params: z.object({
    owner_id: integer(),
    domain: word(),
    offset: integer({ min: 0 }),
    count: integer({ min: 0, max: 100 }),
    filter: oneOf(filters),
    extended: flag(),
    fields: list({ max: 200 }),
  }),
  answer: ({ owner_id: ownerId, domain, offset = 0, count = 20, filter, extended, fields }, world) => {
    const wall = readableWall(world, ownerId ?? ownerNamed(world, domain));
    const posts = choose(wall.posts(), wall.ownerId, filter);
    const page = posts.slice(offset, offset + count);
    return {
      count: posts.length,
      items: page.map((post) => renderPost(post, wall.ownerId)),
      ...(extended ? renderAuthors([wall.ownerId, ...page.flatMap(mentionedBy)], { world, fields }) : {}),
    };
  },
});

/** Everybody whom a post shows. */
export const mentionedBy = (post: Post): number[] => (post.copyOf === undefined ? [post.fromId] : [post.fromId, post.copyOf.ownerId]);

const ownerNamed = (world: World, domain: string | undefined): number => {
  // A service key has no wall of its own to fall back on.
  if (domain === undefined || domain === '') throw missing('owner_id');
  const owner = world.resolve(domain);
  if (owner === undefined) throw refuse(100, 'owner not exists');
  return owner.kind === 'person' ? owner.person.id : -owner.community.id;
};

const choose = (posts: readonly Post[], ownerId: number, filter: (typeof filters)[number]): readonly Post[] => {
  switch (filter) {
    case 'all':
      return posts;
    case 'owner':
      return posts.filter(({ fromId }) => fromId === ownerId);
    case 'others':
      return posts.filter(({ fromId }) => fromId !== ownerId);
    case 'donut': {
      const paid = posts.filter(({ donutPlaceholder }) => donutPlaceholder !== undefined);
      if (paid.length === 0) throw refuse(225);
      return paid;
    }
    case 'postponed':
    case 'suggests':
    case 'archived':
      throw refuse(15, 'only for administrators');
  }
};
