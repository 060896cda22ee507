import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { type RandomPopulation, randomPopulation } from '../population/random-world/random-population.ts';
import { type World, createWorld } from '../state/world.ts';
import { wallGetById } from './wall-get-by-id.ts';
import { wallGetComments } from './wall-get-comments.ts';
import { wallGet } from './wall-get.ts';

const Posts = z.object({ items: z.array(z.object({ id: z.int(), owner_id: z.int(), is_pinned: z.int().optional() })) });
const Comments = z.object({
  count: z.int(),
  current_level_count: z.int(),
  items: z.array(z.object({ id: z.int(), thread: z.object({ count: z.int(), items: z.array(z.unknown()) }).optional() })),
});

type Opened = { readonly world: World; readonly overview: RandomPopulation['overview']; readonly ownerId: number };

/** With the first wall, which can be read. */
const open = (seed: number): Opened => {
  const population = randomPopulation(seed);
  const ownerId = population.overview[0]?.ownerId;
  if (ownerId === undefined) throw new Error('There is no wall.');
  return { world: createWorld(population), overview: population.overview, ownerId };
};

const params = (values: Readonly<Record<string, string | number>>) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

const whatever = (holds: (opened: Opened) => void): void =>
  fc.assert(
    fc.property(fc.integer(), (seed) => holds(open(seed))),
    { numRuns: 8 },
  );

describe('methods in random worlds', () => {
  test('whatever the wall, then offsets meet every post once, the pinned one first', () => {
    whatever(({ world, ownerId }) => {
      const truth = world.wallOf(ownerId)?.posts() ?? [];
      const read = [];
      for (let offset = 0; offset < truth.length + 7; offset += 7)
        read.push(...Posts.parse(wallGet.answer(params({ owner_id: ownerId, offset, count: 7 }), world)).items);
      expect(read.map(({ id }) => id)).toEqual(truth.map(({ id }) => id));
      expect(read.slice(1).filter((post) => post.is_pinned === 1)).toEqual([]);
    });
  });

  test('whatever the walls, then posts of all of them come at once, and those that are not there are left out', () => {
    whatever(({ world, overview }) => {
      const wanted = overview.flatMap(({ ownerId }) => [
        ...(world.wallOf(ownerId)?.posts() ?? []).slice(0, 12).map(({ id }) => ({ ownerId, id })),
        { ownerId, id: 4_000_000_000 },
      ]);
      const posts = wanted.map(({ ownerId, id }) => `${ownerId}_${id}`).join(',');
      const { items } = Posts.parse(wallGetById.answer({ posts }, world));
      expect(items.map((post) => [post.owner_id, post.id])).toEqual(
        wanted
          .filter(({ ownerId, id }) => world.wallOf(ownerId)?.refusal === undefined && id !== 4_000_000_000)
          .map(({ ownerId, id }) => [ownerId, id]),
      );
    });
  });

  test('whatever the anchor, the offset and the count, then the page is that window of the level, its anchor there or gone', () => {
    const windows = fc.record({
      seed: fc.integer(),
      at: fc.nat(400),
      offset: fc.integer({ min: -20, max: 20 }),
      count: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(windows, fc.boolean(), ({ seed, at, offset, count }, isGone) => {
        const { world, ownerId } = open(seed);
        const wall = world.wallOf(ownerId);
        const post = wall?.posts().find(({ id, commentsAccess, commentsRefusal }) => {
          const isReadable = commentsRefusal === undefined && commentsAccess !== 'closed';
          return isReadable && (wall.discussionOf(id)?.roots.length ?? 0) > 1;
        });
        if (wall === undefined || post === undefined) return;
        const roots = wall.discussionOf(post.id)?.roots ?? [];
        const anchor = roots[at % roots.length]?.id ?? 0;
        if (isGone) wall.deleteComment(anchor, 'nothing');
        const left = roots.filter(({ id }) => !isGone || id !== anchor);
        const from = left.filter(({ id }) => id < anchor).length + offset;
        const asked = { owner_id: ownerId, post_id: post.id, start_comment_id: anchor, offset, count, thread_items_count: 10 };
        const answer = Comments.parse(wallGetComments.answer(params(asked), world));
        expect(answer.items.map(({ id }) => id)).toEqual(left.slice(Math.max(0, from), Math.max(0, from + count)).map(({ id }) => id));
        expect([answer.count, answer.current_level_count]).toEqual([post.claimedComments, left.length]);
        for (const { thread } of answer.items) expect(thread?.items.length).toBe(Math.min(10, thread?.count ?? -1));
      }),
      { numRuns: 25 },
    );
  });
});
