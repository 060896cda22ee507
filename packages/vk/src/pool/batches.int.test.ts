import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { waitFor } from '@otklik/testing';
import { DEMO_WALL, SPECIAL_WALLS, TRAP_POSTS } from '@otklik/vk-simulator';
import { executeCode } from '../execute/execute-code.ts';
import { callOfRead } from '../reads/read-call.ts';
import type { VkRead, VkReadAnswer } from '../reads/vk-read.ts';
import { startAnswering } from '../testing/answering-server.ts';
import { type PoolUnderTest, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { many } from '../testing/some-reads.ts';

const traps = String(SPECIAL_WALLS.traps.ownerId);
const demo = String(DEMO_WALL.ownerId);
const commentsOf = (post: string, count = 10): VkRead => ({
  kind: 'comments',
  ownerId: traps,
  postId: String(TRAP_POSTS[post]),
  rootId: null,
  startCommentId: null,
  offset: 0,
  count,
  threadItems: 10,
});
const postsOf = (ownerId: string, count = 3): VkRead => ({ kind: 'posts', ownerId, offset: 0, count });
const kinds = (answers: readonly VkReadAnswer[]): string[] => answers.map(({ kind }) => kind);
const countsOf = (answers: readonly VkReadAnswer[]): number[] =>
  answers.map((answer) => (answer.kind === 'posts' ? answer.page.posts.length : -1));

describe('reads of one turn', () => {
  let vk: PoolUnderTest;
  const server = sharedSimulator();
  beforeEach(async () => {
    vk = await openPoolUnderTest(server());
  });
  afterEach(() => vk.close());

  test('when several are sent, then they are one request and its answers come in their order', async () => {
    const byId: VkRead = {
      kind: 'postsById',
      keys: [
        { ownerId: traps, postId: String(TRAP_POSTS['pinned']) },
        { ownerId: String(SPECIAL_WALLS.pages.ownerId), postId: '1' },
      ],
    };
    const { answers, requests } = await vk.send(postsOf(demo), commentsOf('longThread'), byId, postsOf(traps, 5));
    expect(requests).toBe(1);
    expect(await vk.asked()).toEqual(['execute(4) ok']);
    expect(answers).toMatchObject([
      { kind: 'posts', page: { posts: [{ ownerId: demo }, { ownerId: demo }, { ownerId: demo }] } },
      { kind: 'comments', page: { threads: expect.arrayContaining([expect.objectContaining({ replyCount: expect.any(Number) })]) } },
      { kind: 'posts', page: { posts: expect.arrayContaining([expect.objectContaining({ ownerId: traps })]) } },
      { kind: 'posts', page: { posts: expect.anything() } },
    ]);
    expect(countsOf(answers)).toEqual([3, -1, 2, 5]);
    const alone = await vk.send(commentsOf('longThread'));
    expect(alone.answers[0]).toEqual(answers[1]);
  });

  test('when there is one only, then it is called plainly', async () => {
    expect(kinds((await vk.send(postsOf(demo))).answers)).toEqual(['posts']);
    expect(await vk.asked()).toEqual(['wall.get ok']);
  });

  test('when VK denies one of them for good, then that one is refused and the others are answered', async () => {
    const { answers, requests } = await vk.send(
      postsOf(demo),
      commentsOf('hidden'),
      postsOf(String(SPECIAL_WALLS.closed.ownerId)),
      postsOf(demo),
    );
    expect(kinds(answers)).toEqual(['posts', 'refused', 'refused', 'posts']);
    expect(answers[1]).toMatchObject({ error: { vkCode: 212, vkClass: 'permanent', method: 'wall.getComments' } });
    expect(answers[2]).toMatchObject({ error: { vkCode: 15, method: 'wall.get' } });
    expect(requests).toBe(1);
  });

  test('when all of them are denied for good, then that is an answer too', async () => {
    const closed = postsOf(String(SPECIAL_WALLS.closed.ownerId));
    expect(kinds((await vk.send(closed, closed)).answers)).toEqual(['refused', 'refused']);
  });

  test.each([13, 36, 10, 12])(
    'when the whole is too much for VK (error %i), then two halves are sent, and less from then on',
    async (code) => {
      await vk.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'error', code } });
      const { answers, requests } = await vk.send(...many(7));
      expect(countsOf(answers)).toEqual([1, 2, 3, 4, 5, 6, 7]);
      expect(requests).toBe(3);
      expect(await vk.asked()).toEqual([`execute ${code}`, 'execute(4) ok', 'execute(3) ok']);
      const turn = await vk.reads.turn(new AbortController().signal);
      expect(turn.room).toBe(4);
      turn.giveBack();
    },
  );

  test('when small requests went well for a while, then they grow again one by one', async () => {
    await vk.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'error', code: 13 } });
    await vk.send(...many(6));
    for (let count = 0; count < 4; count += 1) await vk.send(...many(3));
    expect((await vk.reads.turn(new AbortController().signal)).room).toBe(4);
  });

  test('when a gateway gave up on everything down to single calls, then these grow into batches again', async () => {
    await vk.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'html', status: 502 }, times: 5 });
    expect(kinds((await vk.send(...many(25))).answers)).toEqual(Array.from({ length: 25 }, () => 'posts'));
    const asked = await vk.asked();
    expect(asked.slice(0, 5)).toEqual([25, 13, 7, 4, 2].map((calls) => `execute(${calls}) html`));
    expect(asked.slice(5, 10)).toEqual([...Array.from({ length: 4 }, () => 'wall.get ok'), 'execute(2) ok']);
    expect(asked.at(-1)).toBe('execute(3) ok');
  });

  test('when full batches had worked before the gateway went, then they are back with the next reads', async () => {
    await vk.send(...many(25));
    await vk.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'html', status: 502 }, times: 5 });
    await vk.send(...many(25));
    await vk.send(...many(25));
    const turn = await vk.reads.turn(new AbortController().signal);
    turn.giveBack();
    expect(turn.room).toBe(25);
  });

  test('when a gateway gives up on the whole, then halves are sent', async () => {
    await vk.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'html', status: 502 } });
    expect(countsOf((await vk.send(...many(4))).answers)).toEqual([1, 2, 3, 4]);
    expect(await vk.asked()).toEqual(['execute(4) html', 'execute(2) ok', 'execute(2) ok']);
  });

  test('when the connection breaks, then the same is sent again', async () => {
    await vk.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'reset' } });
    expect(countsOf((await vk.send(...many(4))).answers)).toEqual([1, 2, 3, 4]);
    expect(await vk.asked()).toEqual(['execute(4) reset', 'execute(4) ok']);
  });

  test('when single ones fail for a moment, then only they are asked again', async () => {
    await vk.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'error', code: 1 }, times: 2 });
    const { answers, requests } = await vk.send(...many(5));
    expect(countsOf(answers)).toEqual([1, 2, 3, 4, 5]);
    expect(requests).toBe(2);
    expect(await vk.asked()).toEqual(['execute(5) ok', 'execute(2) ok']);
  });

  test('when one fails at each try, then it is refused after three, the last time alone, and the others are answered', async () => {
    await vk.simulator.control({ do: 'fail', method: 'wall.get', params: { count: '2' }, with: { kind: 'error', code: 10 }, times: 9 });
    const { answers, requests } = await vk.send(...many(3));
    expect(countsOf(answers)).toEqual([1, -1, 3]);
    expect(answers[1]).toMatchObject({ kind: 'refused', error: { vkCode: 10, vkClass: 'retry' } });
    expect(requests).toBe(3);
  });

  test('when all fail, then that is thrown', async () => {
    await vk.simulator.control({ do: 'fail', with: { kind: 'reset' }, times: 9 });
    await expect(vk.send(...many(3))).rejects.toMatchObject({ code: 'VK_UNREACHABLE' });
    expect(await vk.asked()).toHaveLength(3);
  });

  test('when VK goes away when half is answered, then the other half is to be asked later, and is no failure of its own', async () => {
    const guarded = await openPoolUnderTest(server(), { circuit: { failuresInARow: 3, openMs: 60_000 } });
    const reads = many(4);
    const code = executeCode(reads.slice(2).map(callOfRead));
    await guarded.simulator.control({ do: 'fail', method: 'execute', params: { code }, with: { kind: 'reset' }, times: 9 });
    await guarded.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'error', code: 13 } });
    const { answers } = await guarded.send(...reads);
    expect(countsOf(answers)).toEqual([1, 2, -1, -1]);
    const later = { kind: 'refused', error: { vkClass: 'wait', retryAfterMs: expect.any(Number), cause: { code: 'CIRCUIT_OPEN' } } };
    expect(answers.slice(2)).toMatchObject([later, later]);
    await guarded.close();
  });

  test('when one call is what VK chokes on, and the others are answered meanwhile, then that one has failed', async () => {
    const guarded = await openPoolUnderTest(server(), { circuit: { failuresInARow: 2, openMs: 60_000 } });
    const heavy = { method: 'wall.get', params: { count: '2' } };
    await guarded.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'error', code: 13 }, times: 5 });
    await guarded.simulator.control({ do: 'fail', ...heavy, with: { kind: 'html', status: 502 }, times: 9 });
    const { answers } = await guarded.send(...many(4));
    expect(countsOf(answers)).toEqual([1, -1, 3, 4]);
    expect(answers[1]).toMatchObject({ kind: 'refused', error: { vkClass: 'retry', cause: { code: 'CIRCUIT_OPEN' } } });
    await guarded.close();
  });

  test('when one answer has a shape that nobody knows, then the others are kept', async () => {
    const page = { count: 0, items: [], profiles: [], groups: [] };
    const stranger = await startAnswering((_req, res) => res.end(JSON.stringify({ response: [page, { items: 'none' }, page] })));
    const strange = await openPoolUnderTest(server(), { baseUrl: stranger.url, tries: 1 });
    const { answers } = await strange.send(...many(3));
    expect(countsOf(answers)).toEqual([0, -1, 0]);
    expect(answers[1]).toMatchObject({ kind: 'refused', error: { vkClass: 'retry', message: expect.stringContaining('shape') } });
    await strange.close();
    await stranger.close();
  });

  test('when scripts get no answer, then their circuit opens, other methods go on, and a probe closes it again', async () => {
    const guarded = await openPoolUnderTest(server(), { circuit: { failuresInARow: 3, openMs: 100, maxOpenMs: 100 } });
    await guarded.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'reset' }, times: 3 });
    await expect(guarded.send(...many(3))).rejects.toMatchObject({ code: 'CIRCUIT_OPEN', message: expect.stringContaining('execute') });
    expect(kinds((await guarded.send(postsOf(demo))).answers)).toEqual(['posts']);
    const { text } = await guarded.metrics.expose();
    expect(text).toMatch(/otklik_vk_breaker_transitions_total\{method="execute",token_kind="service",to="open"\} 1/);
    await waitFor(async () => (await guarded.send(...many(3)).catch(() => undefined)) !== undefined);
    expect((await guarded.metrics.expose()).text).toContain(
      'otklik_vk_breaker_state{method="execute",token_kind="service",state="closed"} 1',
    );
    await guarded.close();
  });

  test.each([14, 9, 29, 6])('when VK refuses scripts with %i over and over, then that opens no circuit', async (code) => {
    const guarded = await openPoolUnderTest(server(), { circuit: { failuresInARow: 1, volume: 1 } });
    await guarded.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'error', code } });
    await guarded.send(...many(2)).catch(() => undefined);
    expect((await guarded.metrics.expose()).text).toContain(
      'otklik_vk_breaker_transitions_total{method="execute",token_kind="service",to="open"} 0',
    );
    await guarded.close();
  });

  test('when walls are looked up, then the same tokens are used and the name is found', async () => {
    expect(await vk.reads.resolveWall(DEMO_WALL.screenName, new AbortController().signal)).toMatchObject({ ownerId: demo });
    expect(vk.tokens.counted()).toEqual({ 'vkt_a utils.resolveScreenName': 1, 'vkt_a groups.getById': 1 });
  });

  test('when it is looked at, then its numbers tell requests, calls and fill', async () => {
    await vk.send(...many(5));
    await vk.send(commentsOf('hidden'), postsOf(demo));
    const { text } = await vk.metrics.expose();
    expect(text).toContain('otklik_vk_requests_total{method="execute",outcome="ok"} 2');
    expect(text).toContain('otklik_vk_calls_total{method="wall.get",outcome="ok"} 6');
    expect(text).toContain('otklik_vk_calls_total{method="wall.getComments",outcome="error_permanent"} 1');
    expect(text).toContain('otklik_vk_batch_calls_sum 7');
    expect(text).toContain('otklik_vk_turn_wait_seconds_count 2');
    expect(text).toContain('otklik_vk_tokens{state="usable"} 1');
    expect(vk.tokens.counted()).toEqual({ 'vkt_a execute': 2, 'vkt_a wall.get': 6, 'vkt_a wall.getComments': 1 });
  });
});
