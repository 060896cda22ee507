import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deep } from '@otklik/testing';
import fc from 'fast-check';
import { DEMO_WALL, SPECIAL_WALLS } from '../population/special-walls.ts';
import { type ShownComment, type TestSimulator, startForTest } from '../testing/start-for-test.ts';

type Way = { readonly count: number; readonly threadItems: number; readonly sort: 'asc' | 'desc'; readonly by: 'offset' | 'anchor' };

const ways = fc.record<Way>({
  count: fc.integer({ min: 2, max: 100 }),
  threadItems: fc.integer({ min: 0, max: 10 }),
  sort: fc.constantFrom('asc', 'desc'),
  by: fc.constantFrom('offset', 'anchor'),
});

describe('reading everything page by page', () => {
  let simulator: TestSimulator;
  beforeAll(async () => {
    simulator = await startForTest();
  });
  afterAll(() => simulator.close());

  /** All comments of one level. The anchor is included in the next page, so each page but the first repeats one. */
  const readLevel = async (place: Readonly<Record<string, number>>, { count, threadItems, sort, by }: Way): Promise<ShownComment[]> => {
    const all = new Map<number, ShownComment>();
    for (let anchor = 0; ;) {
      const at = by === 'offset' ? { offset: all.size } : anchor === 0 ? {} : { start_comment_id: anchor };
      const { items } = await simulator.comments({ ...place, ...at, count, sort, thread_items_count: threadItems, preview_length: 0 });
      const fresh = items.filter(({ id }) => !all.has(id));
      for (const item of fresh) all.set(item.id, item);
      const last = fresh.at(-1);
      if (last === undefined) return [...all.values()];
      anchor = last.id;
    }
  };

  const readPost = async (ownerId: number, postId: number, way: Way): Promise<ShownComment[]> => {
    const roots = await readLevel({ owner_id: ownerId, post_id: postId }, way);
    const threads = roots.map(async (root) => {
      const shown = root.thread?.items ?? [];
      return root.thread !== undefined && root.thread.count > shown.length
        ? readLevel({ owner_id: ownerId, comment_id: root.id }, way)
        : shown;
    });
    return [...roots, ...(await Promise.all(threads)).flat()];
  };

  const expectWhole = async (ownerId: number, postId: number, way: Way): Promise<void> => {
    const truth = (await simulator.client.truth(ownerId)).comments.filter((comment) => comment.postId === postId);
    const read = await readPost(ownerId, postId, way);
    expect(read.length).toBe(truth.length);
    const shown = new Map(
      read.map((it) => [
        it.id,
        { text: it.text ?? '', fromId: it.from_id ?? null, rootId: it.parents_stack[0] ?? null, isDeleted: it.deleted ?? false },
      ]),
    );
    expect(shown).toEqual(new Map(truth.map(({ id, text, fromId, rootId, isDeleted }) => [id, { text, fromId, rootId, isDeleted }])));
  };

  test('whatever the size of the pages, then every comment of the demo wall is met, exactly as it is', async () => {
    const { posts } = await simulator.client.truth(DEMO_WALL.ownerId);
    const loudest = posts.toSorted((a, b) => b.comments - a.comments).slice(0, 30);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...loudest), ways, (post, way) => expectWhole(DEMO_WALL.ownerId, post.id, way)),
      { numRuns: deep(15, 200), endOnFailure: true },
    );
  });

  test('whatever the size of the pages, then every comment among the traps is met', async () => {
    const { posts } = await simulator.client.truth(SPECIAL_WALLS.traps.ownerId);
    const readable = posts.filter(({ commentsAccess }) => commentsAccess !== 'closed');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...readable), ways, (post, way) => expectWhole(SPECIAL_WALLS.traps.ownerId, post.id, way)),
      { numRuns: deep(15, 200), endOnFailure: true },
    );
  });

  test('when pages of 100 follow their anchors, then 1,240 comments take 13 pages and one that brings nothing new', async () => {
    const way = { count: 100, threadItems: 10, sort: 'asc', by: 'anchor' } as const;
    await simulator.client.control({ do: 'resetLog' });
    await expectWhole(SPECIAL_WALLS.pages.ownerId, 1, way);
    expect((await simulator.client.log()).filter(({ method }) => method === 'wall.getComments')).toHaveLength(14);
  });
});
