import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { VkRefusal } from '../api/refusal.ts';
import { lifetimesOf } from '../control/lifetimes.ts';
import { historyOf, truthOf } from '../control/truth.ts';
import { wallGetComments } from '../methods/wall-get-comments.ts';
import { wallGet } from '../methods/wall-get.ts';
import { randomPopulation } from '../population/random-world/random-population.ts';
import { type World, createWorld } from '../state/world.ts';
import { LivePlan } from './live-plan.ts';

const Plain = z.object({ id: z.int(), text: z.string().default(''), deleted: z.boolean().default(false) });
const Comment = Plain.extend({ thread: z.object({ count: z.int(), items: z.array(Plain) }).optional() });
const Page = z.object({ items: z.array(Comment) });
const Posts = z.object({ items: z.array(z.object({ id: z.int() })) });
type Shown = z.output<typeof Comment>;
type Seen = Map<number, z.output<typeof Plain>>;

type Way = 'anchor' | 'offset';
type Reading = { readonly world: World; readonly by: Way };
type Place = Readonly<Record<string, number>>;

/** Pages as far as something new comes. The anchor is the greatest id, whatever became of it. */
const readLevel = ({ world, by }: Reading, place: Place): readonly Shown[] => {
  const level = new Map<number, Shown>();
  for (let anchor = 0; ;) {
    const at = by === 'anchor' ? { start_comment_id: anchor } : { offset: level.size };
    const asked = { ...place, ...at, count: 10, thread_items_count: 10, preview_length: 0 };
    const raw = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, String(value)]));
    const fresh = Page.parse(wallGetComments.answer(raw, world)).items.filter(({ id }) => !level.has(id));
    for (const comment of fresh) level.set(comment.id, comment);
    if (fresh.length === 0) return [...level.values()];
    anchor = Math.max(...level.keys());
  }
};

const readPost = (reading: Reading, place: Place, seen: Seen): void => {
  for (const root of readLevel(reading, place)) {
    seen.set(root.id, root);
    const { count = 0, items = [] } = root.thread ?? {};
    const replies = count > items.length ? readLevel(reading, { ...place, comment_id: root.id }) : items;
    for (const reply of replies) seen.set(reply.id, reply);
  }
};

const readWall = (reading: Reading, ownerId: number): Seen => {
  const seen: Seen = new Map();
  const { items } = Posts.parse(wallGet.answer({ owner_id: String(ownerId), count: '100' }, reading.world));
  for (const { id } of items)
    try {
      readPost(reading, { owner_id: ownerId, post_id: id }, seen);
    } catch (thrown) {
      if (!(thrown instanceof VkRefusal)) throw thrown;
    }
  return seen;
};

/** A wall is read while it changes: what was seen, and what should have been. */
const readWhileLive = (seed: number, by: Way) => {
  const population = randomPopulation(seed);
  const world = createWorld(population);
  const wall = world.wallOf(population.overview[0]?.ownerId ?? 0);
  if (wall === undefined) throw new Error('There is no wall.');
  world.live.start(LivePlan.parse({ seed, rates: { comments: 300, edits: 200, deletions: 300, posts: 50, postDeletions: 5 } }));
  const seen = readWall({ world, by }, wall.ownerId);
  const truth = truthOf(wall);
  const lifetimes = lifetimesOf(truth, historyOf(wall.ownerId, world.changesOf(wall.ownerId, 0)).changes);
  const closed = new Set(truth.posts.filter(({ refusal }) => refusal !== null).map(({ id }) => id));
  const stayed = [...lifetimes.values()].filter(({ fate, last }) => fate === 'stayed' && !closed.has(last.postId)).map(({ last }) => last);
  return { seen, lifetimes, stayed };
};

describe('reading a wall that changes', () => {
  test('whatever happens meanwhile, then by anchors everything that stayed and may be read is found, and nothing that never was', () => {
    let met = 0;
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { seen, lifetimes, stayed } = readWhileLive(seed, 'anchor');
        for (const { id, isDeleted } of stayed) expect(seen.get(id)?.deleted).toBe(isDeleted);
        for (const { id, text, deleted } of seen.values()) if (!deleted) expect(lifetimes.get(id)?.texts).toContain(text);
        met += stayed.length;
      }),
      { numRuns: 10 },
    );
    expect(met).toBeGreaterThan(100);
  });

  test('when offsets are used instead, then comments that stayed are lost: deletions move the pages', () => {
    const lost = Array.from({ length: 12 }, (_, seed) => readWhileLive(seed, 'offset')).flatMap(({ seen, stayed }) =>
      stayed.filter(({ id }) => !seen.has(id)),
    );
    expect(lost.length).toBeGreaterThan(3);
  });
});
