import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import { TRAP_POSTS } from '../population/traps.ts';
import { type Params, type TestSimulator, startForTest } from '../testing/start-for-test.ts';

const { ownerId } = SPECIAL_WALLS.traps;

describe('methods that only some tokens may call', () => {
  let simulator: TestSimulator;
  beforeAll(async () => {
    simulator = await startForTest();
    await simulator.client.control({ do: 'addToken', token: 'user', requestsPerSecond: 1_000, kind: 'user' });
  });
  afterAll(() => simulator.close());

  const ask = (method: string, params: Params) => simulator.call(method, params, 'user');
  const idsOf = async (post: number): Promise<number[]> =>
    (await simulator.client.truth(ownerId)).comments.filter(({ postId }) => postId === post).map(({ id }) => id);

  test('when one comment is asked for, then it comes as in its list, in a list of one', async () => {
    const { items } = await simulator.comments({ owner_id: ownerId, post_id: TRAP_POSTS.mentions, preview_length: 0, need_likes: 1 });
    expect(await ask('wall.getComment', { owner_id: ownerId, comment_id: items[0]?.id ?? 0, extended: 1 })).toMatchObject({
      response: { items: [{ id: items[0]?.id, text: items[0]?.text }], profiles: expect.any(Array), groups: expect.any(Array) },
    });
  });

  test('when the comment is not there, or its post is closed, then 100 and 212', async () => {
    expect(await ask('wall.getComment', { owner_id: ownerId, comment_id: 99_999_999 })).toMatchObject({ error: { error_code: 100 } });
    const { id: closed = 0 } = await simulator.client.control({ do: 'addComment', ownerId, postId: TRAP_POSTS.closed, text: 'Тихо' });
    expect(await ask('wall.getComment', { owner_id: ownerId, comment_id: closed })).toMatchObject({ error: { error_code: 212 } });
  });

  test('when likes are asked for, then their number comes', async () => {
    const response = { count: expect.any(Number), items: [] };
    expect(await ask('likes.getList', { type: 'post', owner_id: ownerId, item_id: TRAP_POSTS.pinned })).toEqual({ response });
    const [comment = 0] = await idsOf(TRAP_POSTS.mentions);
    expect(await ask('likes.getList', { type: 'comment', owner_id: ownerId, item_id: comment })).toEqual({ response });
    expect(await ask('likes.getList', { type: 'post', owner_id: ownerId, item_id: 1 })).toMatchObject({ error: { error_code: 100 } });
    expect(await ask('likes.getList', { owner_id: ownerId })).toMatchObject({ error: { error_code: 100 } });
  });

  test('when a video is asked for, then there is none', async () => {
    expect(await ask('video.getComments', { owner_id: ownerId, video_id: 1 })).toMatchObject({ error: { error_code: 100 } });
  });

  test('when the token is a service key, then it may read likes only', async () => {
    const codes = ['wall.getComment', 'video.getComments'].map(async (method) => (await simulator.refusal(method)).error_code);
    expect(await Promise.all(codes)).toEqual([28, 28]);
    expect((await simulator.refusal('likes.getList')).error_code).toBe(100);
  });
});
