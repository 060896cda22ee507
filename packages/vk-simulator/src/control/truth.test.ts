import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { randomPopulation } from '../population/random-world/random-population.ts';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import { TRAP_POSTS } from '../population/traps.ts';
import { type TestSimulator, startForTest } from '../testing/start-for-test.ts';
import { lifetimesOf } from './lifetimes.ts';

const Listed = z.object({ response: z.object({ items: z.array(z.object({ id: z.int() })) }) });
const { ownerId } = SPECIAL_WALLS.traps;

describe('truth', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await startForTest();
  });
  afterEach(() => simulator.close());

  const comments = (postId: number) => simulator.comments({ owner_id: ownerId, post_id: postId, count: 100 });
  const refusal = async (method: string, params: Readonly<Record<string, string | number>>) =>
    (await simulator.refusal(method, params)).error_code;
  const control = (command: Parameters<TestSimulator['client']['control']>[0]) => simulator.client.control(command);

  test('when comments come, change and go, then the history tells the fate and every text of each', async () => {
    const postId = TRAP_POSTS.longThread;
    const before = (await simulator.client.truth(ownerId)).comments.filter((it) => it.postId === postId);
    const [root, plain, ten, eleven] = before.filter(({ rootId }) => rootId === null).map(({ id }) => id);
    if (root === undefined || plain === undefined || ten === undefined || eleven === undefined) throw new Error('There are four threads.');
    const { id: added = 0 } = await control({ do: 'addComment', ownerId, postId, text: 'Новый' });
    const { id: brief = 0 } = await control({ do: 'addComment', ownerId, postId, text: 'На минуту', replyToId: added });
    await control({ do: 'editComment', ownerId, commentId: root, text: 'Кто не прав?' });
    await control({ do: 'deleteComment', ownerId, commentId: brief });
    await control({ do: 'deleteComment', ownerId, commentId: ten, leaving: 'stub' });
    await control({ do: 'deleteComment', ownerId, commentId: eleven, leaving: 'nothing' });

    const { changes } = await simulator.client.history(ownerId);
    const lifetimes = lifetimesOf(await simulator.client.truth(ownerId), changes);
    expect(lifetimes.get(root)).toMatchObject({ fate: 'stayed', texts: ['Кто прав?', 'Кто не прав?'] });
    expect(lifetimes.get(plain)).toMatchObject({ fate: 'stayed', texts: ['Без ответов'] });
    expect(lifetimes.get(added)).toMatchObject({ fate: 'appeared', texts: ['Новый'] });
    expect(lifetimes.get(brief)).toMatchObject({ fate: 'passed', last: { text: 'На минуту', rootId: added } });
    expect(lifetimes.get(ten)).toMatchObject({ fate: 'deleted', texts: ['Ровно десять'], last: { isDeleted: true } });
    // The root that goes without a trace takes its eleven replies along.
    expect([...lifetimes.values()].filter(({ fate }) => fate === 'gone')).toHaveLength(12);
    expect(changes.map(({ seq }) => seq)).toEqual(changes.map((_, index) => index + 1));
    expect((await simulator.client.history(ownerId, 5)).changes).toEqual(changes.slice(5));
  });

  test('when a post is deleted, then wall and comments know it no more, and its comments are gone', async () => {
    const postId = TRAP_POSTS.readonly;
    await control({ do: 'deletePost', ownerId, postId });
    expect(await refusal('wall.getComments', { owner_id: ownerId, post_id: postId })).toBe(15);
    expect(await simulator.call('wall.getById', { posts: `${ownerId}_${postId}` })).toEqual({ response: { items: [] } });
    const { changes } = await simulator.client.history(ownerId);
    expect(changes.map(({ kind }) => kind)).toEqual([...Array.from({ length: 3 }, () => 'commentRemoved'), 'postRemoved']);
    await expect(control({ do: 'deletePost', ownerId, postId })).rejects.toThrow('no such post');
  });

  test('when a post is pinned, then it stands first and nowhere else, also counted by offset, until another one or none is', async () => {
    const listed = async (offset = 0) => {
      const { response } = Listed.parse(await simulator.call('wall.get', { owner_id: ownerId, count: 100, offset }));
      return response.items.map(({ id }) => id);
    };
    await control({ do: 'pinPost', ownerId, postId: null });
    const plain = await listed();
    const [newest, second, , fourth] = plain;
    if (newest === undefined || second === undefined || fourth === undefined) throw new Error('There are four posts.');
    for (const postId of [fourth, second]) {
      await control({ do: 'pinPost', ownerId, postId });
      expect(await listed()).toEqual([postId, ...plain.filter((id) => id !== postId)]);
      expect((await listed(1))[0]).toBe(newest);
    }
    await control({ do: 'pinPost', ownerId, postId: null });
    expect(await listed()).toEqual(plain);
    const { changes } = await simulator.client.history(ownerId);
    expect(changes.map(({ kind }) => kind)).toEqual(['postUnpinned', 'postPinned', 'postPinned', 'postUnpinned']);
    await expect(control({ do: 'pinPost', ownerId, postId: 777_777 })).rejects.toThrow('no such post');
  });

  test('when comments are closed and opened again, then reading them is 212 in between, and the truth says why', async () => {
    const postId = TRAP_POSTS.mentions;
    await control({ do: 'closeComments', ownerId, postId });
    expect(await refusal('wall.getComments', { owner_id: ownerId, post_id: postId })).toBe(212);
    const post = (await simulator.client.truth(ownerId)).posts.find(({ id }) => id === postId);
    expect(post).toMatchObject({ refusal: { code: 212 }, comments: 6 });
    await control({ do: 'reopen', ownerId, postId });
    expect((await comments(postId)).items).toHaveLength(6);
  });

  test('when a wall is banned, closed and opened again, then reading it is refused with 18, 15, and not', async () => {
    await control({ do: 'banWall', ownerId });
    expect(await refusal('wall.get', { owner_id: ownerId })).toBe(18);
    await control({ do: 'closeWall', ownerId });
    expect(await refusal('wall.getComments', { owner_id: ownerId, post_id: TRAP_POSTS.mentions })).toBe(15);
    expect((await simulator.client.truth(ownerId)).refusal).toMatchObject({ code: 15 });
    await control({ do: 'reopen', ownerId });
    expect((await comments(TRAP_POSTS.mentions)).items).toHaveLength(6);
    expect((await simulator.client.history(ownerId)).changes.map(({ kind }) => kind)).toEqual([
      'wallRefused',
      'wallRefused',
      'wallReopened',
    ]);
  });

  test('when a wall is counted, then the numbers are those of its comments', async () => {
    const { posts, comments: all } = await simulator.client.counts(ownerId);
    const truth = await simulator.client.truth(ownerId);
    expect(all).toBe(truth.comments.length);
    expect(posts.find(({ id }) => id === TRAP_POSTS.longThread)).toEqual({
      id: TRAP_POSTS.longThread,
      refused: null,
      claimed: 50,
      roots: 4,
      replies: 46,
      long: [25, 11],
    });
    expect(posts.find(({ id }) => id === TRAP_POSTS.hidden)).toMatchObject({ refused: 212, claimed: 5, roots: 0 });
  });

  test('when a random population moves in, then its walls are read or refused as its plan says', async () => {
    const seed = 5;
    await control({ do: 'addPopulation', seed });
    for (const { ownerId: owner, refusal: expected, content } of randomPopulation(seed).walls) {
      const { posts, comments: stored, refusal: why } = await simulator.client.truth(owner);
      expect([why?.code, posts.length]).toEqual([expected?.code, content().posts.length]);
      if (why !== null) expect(await refusal('wall.get', { owner_id: owner })).toBe(why.code);
      for (const post of why === null ? posts : []) {
        const place = { owner_id: owner, post_id: post.id };
        if (post.refusal === null) {
          const roots = stored.filter(({ postId, rootId }) => postId === post.id && rootId === null);
          expect((await simulator.comments({ ...place, count: 0 })).current_level_count).toBe(roots.length);
        } else expect(await refusal('wall.getComments', place)).toBe(post.refusal.code);
      }
    }
  });

  test('when a simulator starts with a population, then it has its walls and no others', async () => {
    const population = randomPopulation(7);
    const other = await startForTest({ population });
    const owner = population.overview[0]?.ownerId ?? 0;
    expect((await other.client.truth(owner)).posts.length).toBeGreaterThan(0);
    await expect(other.client.truth(ownerId)).rejects.toThrow('404');
    await other.close();
  });
});
