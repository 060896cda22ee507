import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VkRefusal } from '../api/refusal.ts';
import { lifetimesOf } from '../control/lifetimes.ts';
import type { History, Truth } from '../control/truth-schema.ts';
import { historyOf, truthOf } from '../control/truth.ts';
import { wallGetComments } from '../methods/wall-get-comments.ts';
import { wallGet } from '../methods/wall-get.ts';
import { randomPopulation } from '../population/random-world/random-population.ts';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import type { Wall } from '../state/wall.ts';
import { type World, createWorld } from '../state/world.ts';
import { startForTest } from '../testing/start-for-test.ts';
import { type Happening, LivePlan } from './live-plan.ts';

const all = { comments: 200, edits: 100, deletions: 200, posts: 30, postDeletions: 10, closings: 10, bans: 2, pins: 20 };

/** The first wall of a random world, which can be read and has posts. */
const openWorld = (seed: number): { readonly world: World; readonly wall: Wall } => {
  const population = randomPopulation(seed);
  const world = createWorld(population);
  const wall = world.wallOf(population.overview[0]?.ownerId ?? 0);
  if (wall === undefined) throw new Error('There is no wall.');
  return { world, wall };
};

/** Reads the wall once from the first post to the last, as far as it may. */
const readOnce = (world: World, { ownerId, posts }: Wall): void => {
  const ask = (call: () => unknown): void => {
    try {
      call();
    } catch (thrown) {
      if (!(thrown instanceof VkRefusal)) throw thrown;
    }
  };
  const owner = String(ownerId);
  ask(() => wallGet.answer({ owner_id: owner, count: '100' }, world));
  for (const id of posts().map((post) => post.id))
    for (let offset = 0; offset < 30; offset += 10)
      ask(() => wallGetComments.answer({ owner_id: owner, post_id: String(id), offset: String(offset) }, world));
};

const replay = (start: Truth, { changes }: History) => {
  const comments = new Map(start.comments.map((comment) => [comment.id, comment]));
  for (const { before, after } of changes)
    if (after !== null) comments.set(after.id, after);
    else if (before !== null) comments.delete(before.id);
  return comments;
};

describe('live mode', () => {
  test('whatever the seed, then the truth at the start and the history make up the truth at the end', () => {
    const kinds = new Set<string>();
    const fates = new Set<string>();
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { world, wall } = openWorld(seed);
        const start = truthOf(wall);
        world.live.start(LivePlan.parse({ seed, rates: all }));
        for (let round = 0; round < 3; round += 1) readOnce(world, wall);
        const history = historyOf(wall.ownerId, world.changesOf(wall.ownerId, 0));
        const end = truthOf(wall);
        expect(replay(start, history)).toEqual(new Map(end.comments.map((comment) => [comment.id, comment])));
        const lifetimes = lifetimesOf(end, history.changes);
        for (const { id, text, isDeleted } of end.comments) if (!isDeleted) expect(lifetimes.get(id)?.texts).toContain(text);
        for (const { id } of start.comments) expect(['stayed', 'deleted', 'gone']).toContain(lifetimes.get(id)?.fate);
        for (const { kind } of history.changes) kinds.add(kind);
        for (const { fate } of lifetimes.values()) fates.add(fate);
      }),
      { numRuns: 8, examples: [[1], [2], [3], [4], [5]] },
    );
    expect([...fates].toSorted()).toEqual(['appeared', 'deleted', 'gone', 'passed', 'stayed']);
    const often = ['commentAdded', 'commentEdited', 'commentStubbed', 'commentRemoved', 'postAdded', 'postRemoved', 'commentsClosed'];
    for (const kind of [...often, 'postPinned', 'postUnpinned']) expect(kinds).toContain(kind);
  });

  test('when the same is asked in the same order, then the same happens at the same virtual time', async () => {
    const { ownerId } = SPECIAL_WALLS.traps;
    const run = async () => {
      const simulator = await startForTest({ live: { seed: 7, rates: all } });
      const { posts } = await simulator.client.truth(ownerId);
      for (const { id } of posts) await simulator.call('wall.getComments', { owner_id: ownerId, post_id: id });
      await simulator.client.control({ do: 'advance', ms: 30_000 });
      const seen = [await simulator.client.truth(ownerId), await simulator.client.history(ownerId)] as const;
      await simulator.close();
      return seen;
    };
    const [truth, history] = await run();
    expect(await run()).toEqual([truth, history]);
    expect(history.changes.length).toBeGreaterThan(20);
    const times = history.changes.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('when no plan was started, then calls and time change nothing', () => {
    const { world, wall } = openWorld(3);
    readOnce(world, wall);
    world.live.advance(3_600_000);
    expect(world.changesOf(wall.ownerId, 0)).toEqual([]);
  });

  test('when the clock is moved, then as much happens as in so much time of calls, and only that time passes', () => {
    const { world, wall } = openWorld(4);
    world.live.start(LivePlan.parse({ ownerIds: [wall.ownerId], msPerCall: 1_000, rates: { posts: 100 } }));
    const before = world.clock.now();
    world.live.advance(1_000_500);
    expect(world.clock.now() - before).toBe(1_000_500);
    const added = world.changesOf(wall.ownerId, 0).filter(({ kind }) => kind === 'postAdded');
    expect(added.length).toBeGreaterThan(60);
    expect(added.length).toBeLessThan(140);
  });

  test('when comments are deleted, then the last one that a reader was shown is hit often', () => {
    const { world, wall } = openWorld(1);
    const hits = { anchor: 0, all: 0 };
    world.live.start(LivePlan.parse({ rates: { deletions: 1_000 } }));
    for (const id of wall.posts().map((post) => post.id)) {
      const last = wall.discussionOf(id)?.roots.slice(0, 3).at(-1)?.id;
      if (last === undefined || wall.postOf(id)?.commentsRefusal !== undefined || wall.postOf(id)?.commentsAccess === 'closed') continue;
      const seen = world.changesOf(wall.ownerId, 0).length;
      for (let call = 0; call < 3; call += 1)
        wallGetComments.answer({ owner_id: String(wall.ownerId), post_id: String(id), count: '3' }, world);
      hits.all += 1;
      if (world.changesOf(wall.ownerId, seen).some(({ before }) => before?.id === last)) hits.anchor += 1;
    }
    expect(hits.anchor / hits.all).toBeGreaterThan(0.1);
  });

  test.each([
    ['bans', 'wall.get', 18],
    ['closings', 'wall.getComments', 212],
    ['postDeletions', 'wall.getComments', 15],
  ] as const satisfies readonly (readonly [Happening, string, number])[])(
    'when %s happen in the middle of a crawl, then %s is refused with %i from then on',
    async (happening, method, code) => {
      const { ownerId } = SPECIAL_WALLS.pages;
      const simulator = await startForTest();
      const page = { owner_id: ownerId, post_id: 1 };
      expect((await simulator.comments(page)).items).toHaveLength(10);
      await simulator.client.control({ do: 'live', rates: { [happening]: 1_000 }, ownerIds: [ownerId] });
      await simulator.call('users.get', { user_ids: 1 });
      await simulator.client.control({ do: 'live' });
      expect((await simulator.refusal(method, method === 'wall.get' ? { owner_id: ownerId } : page)).error_code).toBe(code);
      await simulator.close();
    },
  );
});
