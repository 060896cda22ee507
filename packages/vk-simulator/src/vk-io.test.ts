import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { VK } from 'vk-io';
import { SPECIAL_WALLS } from './population/special-walls.ts';
import { type TestSimulator, startForTest } from './testing/start-for-test.ts';

type Collected = {
  readonly id: number;
  readonly postId: number;
  readonly rootId: number | null;
  readonly text: string;
  readonly replies: number;
};

/** What both sides tell of a comment. */
const inOrder = (comments: readonly Omit<Collected, 'replies'>[]) =>
  comments.map(({ id, postId, rootId, text }) => ({ id, postId, rootId, text })).toSorted((a, b) => a.id - b.id);

describe('a client that knows nothing of us: vk-io in its parallel mode', () => {
  let simulator: TestSimulator;
  let vk: VK;
  // Its types know HTTPS only, whose agents also tell their options; a path would be that of a pipe.
  const agent = Object.assign(new Agent({ keepAlive: true }), { options: { keepAlive: true, path: undefined } });
  beforeAll(async () => {
    simulator = await startForTest();
    vk = new VK({
      token: simulator.token,
      apiBaseUrl: `${simulator.url}/method`,
      apiMode: 'parallel',
      apiLimit: 1_000,
      apiRetryLimit: 0,
      agent,
    });
  });
  afterAll(async () => {
    agent.destroy();
    await simulator.close();
  });

  /** Every post, whatever the size of a page. */
  const collectPosts = async (ownerId: number): Promise<number[]> => {
    const ids = new Set<number>();
    for (;;) {
      const { items } = await vk.api.wall.get({ owner_id: ownerId, count: 7, offset: ids.size });
      const fresh = items.map(({ id }) => id).filter((id) => !ids.has(id));
      if (fresh.length === 0) return [...ids];
      for (const id of fresh) ids.add(id);
    }
  };

  /** A level of comments: the roots of a post or the replies of a root. The page begins with its anchor. */
  const collectLevel = async (level: { owner_id: number; post_id: number; comment_id?: number }): Promise<Collected[]> => {
    const found = new Map<number, Collected>();
    for (let anchor = 0; ;) {
      const at = anchor === 0 ? {} : { start_comment_id: anchor };
      const { items } = await vk.api.wall.getComments({ ...level, ...at, count: 100, sort: 'asc', preview_length: 0 });
      const fresh = items.filter(({ id }) => !found.has(id));
      for (const { id, text, thread, parents_stack: parents } of fresh)
        found.set(id, { id, postId: level.post_id, rootId: parents?.[0] ?? null, text: text ?? '', replies: thread?.count ?? 0 });
      const last = fresh.at(-1);
      if (last === undefined) return [...found.values()];
      anchor = last.id;
    }
  };

  /** Roots and replies; nothing where VK shows no comments. */
  const collectPost = async (ownerId: number, postId: number): Promise<Collected[]> => {
    const post = { owner_id: ownerId, post_id: postId };
    const roots = await collectLevel(post).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 212 });
      return [];
    });
    const answered = roots.filter(({ replies }) => replies > 0);
    const threads = await Promise.all(answered.map(({ id }) => collectLevel({ ...post, comment_id: id })));
    return [...roots, ...threads.flat()];
  };

  const collectWall = async (ownerId: number) => {
    const posts = await collectPosts(ownerId);
    return { posts, comments: (await Promise.all(posts.map((id) => collectPost(ownerId, id)))).flat() };
  };

  test('when it collects three walls at once, then it gets every post, comment and reply, many calls at a time', async () => {
    const { traps, pages, user } = SPECIAL_WALLS;
    const owners = [traps.ownerId, pages.ownerId, user.ownerId];
    const collected = await Promise.all(owners.map(collectWall));
    for (const [index, ownerId] of owners.entries()) {
      const truth = await simulator.client.truth(ownerId);
      expect(collected[index]?.posts.toSorted((a, b) => a - b)).toEqual(truth.posts.map(({ id }) => id).toSorted((a, b) => a - b));
      expect(inOrder(collected[index]?.comments ?? [])).toEqual(inOrder(truth.comments));
    }
    const log = await simulator.client.log();
    const batches = Map.groupBy(log, ({ seq, within }) => within ?? seq);
    expect(new Set(log.filter(({ within }) => within === undefined).map(({ method }) => method))).toEqual(new Set(['execute']));
    expect(Math.max(...[...batches.values()].map((batch) => batch.length - 1))).toBeGreaterThan(10);
  });
});
