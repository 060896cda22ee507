import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { SPECIAL_WALLS } from '../population/special-walls.ts';
import { TRAP_POSTS } from '../population/traps.ts';
import { type TestSimulator, startForTest } from '../testing/start-for-test.ts';

const NOW = 1_800_000_000_000;
const ownerId = SPECIAL_WALLS.traps.ownerId;

describe('control', () => {
  let simulator: TestSimulator;
  beforeEach(async () => {
    simulator = await startForTest({ now: () => NOW });
  });
  afterEach(() => simulator.close());

  const fetchUsers = (signal?: AbortSignal) =>
    fetch(
      `${simulator.url}/method/users.get?v=5.199&user_ids=2000101&access_token=${simulator.token}`,
      signal === undefined ? {} : { signal },
    );
  const outcomes = async () => (await simulator.client.log()).map(({ outcome }) => outcome);

  describe('scripted failures', () => {
    test('when two calls shall fail with a code, then two do, and the third does not', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'error', code: 10 }, times: 2 });
      expect(await simulator.refusal('users.get')).toMatchObject({ error_code: 10 });
      expect(await simulator.refusal('users.get')).toMatchObject({ error_code: 10 });
      expect(await simulator.call('users.get')).toEqual({ response: [] });
      expect(await outcomes()).toEqual([10, 10, 'ok']);
    });

    test('when a rule names method and parameters and lets one pass, then only the second such call fails', async () => {
      await simulator.client.control({
        do: 'fail',
        with: { kind: 'error', code: 29, message: 'Rate limit reached' },
        method: 'users.get',
        params: { user_ids: '1' },
        after: 1,
      });
      await simulator.call('groups.getById', { group_id: 'traps' });
      await simulator.call('users.get', { user_ids: '2' });
      await simulator.call('users.get', { user_ids: '1' });
      expect(await simulator.refusal('users.get', { user_ids: '1' })).toMatchObject({ error_code: 29, error_msg: 'Rate limit reached' });
      expect(await outcomes()).toEqual(['ok', 'ok', 'ok', 29]);
    });

    test('when a gateway fails, then its page comes', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'html' } });
      const response = await fetchUsers();
      expect(response.status).toBe(502);
      expect(await response.text()).toContain('<html>');
    });

    test('when the connection shall break, then the caller gets no answer', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'reset' } });
      await expect(fetchUsers()).rejects.toThrow('fetch failed');
      expect(await outcomes()).toEqual(['reset']);
    });

    test('when an answer is truncated, then it is no JSON', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'truncated' } });
      await expect((await fetchUsers()).json()).rejects.toThrow('JSON');
    });

    test('when an answer trickles, then it begins, and its end does not come', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'trickle' } });
      const { status, body } = await fetchUsers();
      const reader = body?.getReader();
      expect([status, Buffer.from((await reader?.read())?.value ?? []).toString()]).toEqual([200, '{']);
      await reader?.cancel();
      expect(await outcomes()).toEqual(['trickle']);
    });

    test('when a call hangs, then the caller waits, and closing the simulator ends it', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'hang' } });
      const hanging = fetchUsers().then(
        () => 'answered',
        () => 'broken off',
      );
      while ((await outcomes()).length === 0) continue; // until the call has arrived
      await simulator.close();
      expect(await hanging).toBe('broken off');
      simulator = await startForTest();
    });

    test('when the rules are reset, then nothing fails any more', async () => {
      await simulator.client.control({ do: 'fail', with: { kind: 'error', code: 10 }, times: 9 });
      await simulator.client.control({ do: 'resetRules' });
      expect(await simulator.call('users.get')).toEqual({ response: [] });
    });
  });

  test('when answers are held back, then they take at least that long', async () => {
    await simulator.client.control({ do: 'latency', ms: 60 });
    const before = performance.now();
    await simulator.call('users.get');
    // Timers may fire a fraction of a millisecond early.
    expect(performance.now() - before).toBeGreaterThan(58);
  });

  test('when a token is added, then it has its own rate and kind', async () => {
    await simulator.client.control({ do: 'addToken', token: 'slow', requestsPerSecond: 1, kind: 'community' });
    const ask = async (method: string) => (await fetch(`${simulator.url}/method/${method}?v=5.199&domain=traps&access_token=slow`)).json();
    expect(await ask('wall.get')).toMatchObject({ error: { error_code: 27 } });
    expect(await ask('users.get')).toMatchObject({ error: { error_code: 6 } });
  });

  describe('changes of a wall', () => {
    const place = { owner_id: ownerId, post_id: TRAP_POSTS.quiet };
    const add = (text: string, rest: object = {}) =>
      simulator.client.control({ do: 'addComment', ownerId, postId: TRAP_POSTS.quiet, text, ...rest });

    test('when comments are added, then they show with new ids, the present date and in the count', async () => {
      const { id: root = 0 } = await add('Первый!');
      const { id: reply = 0 } = await add('Ответ', { replyToId: root, fromId: 2_000_008 });
      await add('Ответ ответу', { replyToId: reply });
      expect(await simulator.comments({ ...place, thread_items_count: 10 })).toMatchObject({
        count: 3,
        items: [
          {
            id: root,
            text: 'Первый!',
            date: NOW / 1_000,
            thread: {
              count: 2,
              items: [
                { id: reply, from_id: 2_000_008 },
                { parents_stack: [root], reply_to_comment: reply },
              ],
            },
          },
        ],
      });
      expect((await simulator.client.truth(ownerId)).comments.filter(({ postId }) => postId === TRAP_POSTS.quiet)).toHaveLength(3);
    });

    test('when a comment with replies is deleted, then a stub stays; without replies nothing does; the count stays', async () => {
      const { id: root = 0 } = await add('Корень');
      await add('Ответ', { replyToId: root });
      const { id: lone = 0 } = await add('Одинокий');
      for (const commentId of [root, lone]) await simulator.client.control({ do: 'deleteComment', ownerId, commentId });
      const { count, items } = await simulator.comments(place);
      expect(count).toBe(3);
      expect(items).toEqual([expect.objectContaining({ id: root, deleted: true, thread: expect.objectContaining({ count: 1 }) })]);
    });

    test('when a post is published, then it stands on top, below the pinned one', async () => {
      const { id } = await simulator.client.control({ do: 'addPost', ownerId, text: 'Новое' });
      expect(await simulator.call('wall.get', { owner_id: ownerId, count: 2 })).toMatchObject({
        response: { count: 20, items: [{ id: TRAP_POSTS.pinned }, { id, text: 'Новое' }] },
      });
    });

    test('when something is not there, then the client says so', async () => {
      await expect(simulator.client.truth(-5)).rejects.toThrow('404');
      await expect(simulator.client.control({ do: 'deleteComment', ownerId, commentId: 99_999 })).rejects.toThrow('no such comment');
      await expect(add('x', { replyToId: 1 })).rejects.toThrow('no such post or comment');
    });
  });

  test('when a command is malformed, then it is refused with what is wrong', async () => {
    const response = await fetch(`${simulator.url}/_control`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"do":"dance"}',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain('do');
  });

  test('when the log is read, then it has every call in order, and no token', async () => {
    await simulator.call('users.get', { user_ids: 1, access_token: 'as-parameter' });
    await fetchUsers();
    const log = await simulator.client.log();
    expect(log).toEqual([
      { seq: 1, method: 'users.get', params: { v: '5.199', user_ids: '1' }, time: NOW, outcome: 'ok' },
      { seq: 2, method: 'users.get', params: { v: '5.199', user_ids: '2000101' }, time: NOW, outcome: 'ok' },
    ]);
    expect(await simulator.client.log(1)).toEqual(log.slice(1));
    await simulator.client.control({ do: 'resetLog' });
    expect(await simulator.client.log()).toEqual([]);
  });

  test('when the truth is asked without a wall, then every comment of every wall is there', async () => {
    const response = await fetch(`${simulator.url}/_truth`);
    const whole = z
      .object({ walls: z.array(z.object({ ownerId: z.int() })), comments: z.array(z.object({ ownerId: z.int(), id: z.int() })) })
      .parse(await response.json());
    const one = await simulator.client.truth(ownerId);
    expect(whole.comments.filter((comment) => comment.ownerId === ownerId).map(({ id }) => id)).toEqual(one.comments.map(({ id }) => id));
    expect(new Set(whole.comments.map((comment) => comment.ownerId)).size).toBeGreaterThan(3);
    expect(whole.walls.length).toBeGreaterThanOrEqual(Object.keys(SPECIAL_WALLS).length);
  });
});
