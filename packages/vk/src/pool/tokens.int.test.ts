import { afterEach, describe, expect, test } from '@jest/globals';
import { DEMO_WALL, SPECIAL_WALLS, TRAP_POSTS } from '@otklik/vk-simulator';
import type { VkRead } from '../reads/vk-read.ts';
import type { VkToken } from '../tokens/token-source.ts';
import { aToken } from '../testing/memory-tokens.ts';
import { type PoolUnderTest, WORKSPACE, never, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { many, posts } from '../testing/some-reads.ts';

const comments: VkRead = {
  kind: 'comments',
  ownerId: String(SPECIAL_WALLS.traps.ownerId),
  postId: String(TRAP_POSTS['longThread']),
  rootId: null,
  startCommentId: null,
  offset: 0,
  count: 1,
  threadItems: 0,
};
const three = many(3);
const both = [aToken('a'), aToken('b')];
const MINUTE = 60_000;

/** Minutes from now, as far as a test can tell. */
const minutes = (date: Date | undefined): number => Math.round(((date?.getTime() ?? 0) - Date.now()) / MINUTE);

describe('tokens of a pool', () => {
  let vk: PoolUnderTest;
  const server = sharedSimulator();
  afterEach(() => vk.close());

  const start = async (...given: readonly VkToken[]): Promise<void> => {
    vk = await openPoolUnderTest(server(), { given });
    await vk.simulator.control({ do: 'addToken', token: 'b', requestsPerSecond: 10_000 });
  };
  const answered = async (...reads: readonly VkRead[]): Promise<boolean> =>
    (await vk.send(...reads)).answers.every(({ kind }) => kind !== 'refused');
  const state = (name: 'captcha' | 'validation' | 'flood' | 'revoked' | 'expired' | 'otherAddress', token = 'a'): Promise<unknown> =>
    vk.simulator.control({ do: 'tokenState', token, state: name });

  test('when requests are many, then both tokens carry them', async () => {
    await start(...both);
    await Promise.all(Array.from({ length: 20 }, () => vk.send(posts(1))));
    const { 'vkt_a wall.get': a = 0, 'vkt_b wall.get': b = 0 } = vk.tokens.counted();
    expect(a + b).toBe(20);
    expect(Math.abs(a - b)).toBeLessThan(8);
  });

  test.each([
    ['captcha', 14],
    ['validation', 17],
  ] as const)('when VK wants %s of one, then it rests for an hour and the other goes on', async (name, vkCode) => {
    await start(...both);
    await state(name);
    for (let count = 0; count < 6; count += 1) expect(await answered(...three)).toBe(true);
    expect(vk.tokens.parks).toEqual([expect.objectContaining({ tokenId: 'vkt_a', workspaceId: WORKSPACE, method: null, vkCode })]);
    expect(minutes(vk.tokens.parks[0]?.until)).toBe(60);
    expect(vk.tokens.parks[0]?.reason).toMatch(/^VK asks .*\.( \(.*\))?$/);
  });

  test.each([
    ['revoked', 5],
    ['expired', 1117],
    ['otherAddress', 5],
  ] as const)('when one is %s, then it is taken out with the reason and the other goes on', async (name, vkCode) => {
    await start(...both);
    await state(name);
    for (let count = 0; count < 6; count += 1) expect(await answered(...three)).toBe(true);
    expect(vk.tokens.invalid).toEqual([expect.objectContaining({ tokenId: 'vkt_a', vkCode, reason: expect.stringContaining('token') })]);
  });

  test('when VK floods back at one method, then that method rests with the token, longer each time', async () => {
    await start(...both);
    await vk.simulator.control({ do: 'tokenState', token: 'a', state: 'flood', method: 'wall.get' });
    for (let count = 0; count < 6; count += 1) expect(await answered(posts(1))).toBe(true);
    expect(vk.tokens.parks).toEqual([expect.objectContaining({ tokenId: 'vkt_a', method: 'wall.get', vkCode: 9 })]);
    expect(minutes(vk.tokens.parks[0]?.until)).toBe(15);
  });

  test('when the quota of a method is used up, then its cap is learned, other methods go on, and other tokens take over', async () => {
    await start(...both);
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, dailyCaps: { 'wall.get': 4 } });
    for (let count = 0; count < 6; count += 1) expect(await answered(...three)).toBe(true);
    expect(vk.tokens.parks).toEqual([expect.objectContaining({ tokenId: 'vkt_a', method: 'wall.get', vkCode: 29 })]);
    expect(vk.tokens.lessons).toContainEqual({ workspaceId: WORKSPACE, tokenId: 'vkt_a', dailyCap: { method: 'wall.get', calls: 4 } });
  });

  test('when requests that were on their way together meet the end of a quota, then what VK refused is not counted, and the cap is exact', async () => {
    await start(...both);
    await vk.simulator.control({ do: 'latency', ms: 50 });
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, dailyCaps: { 'wall.get': 4 } });
    const sent = await Promise.all(Array.from({ length: 12 }, () => vk.send(...three)));
    expect(sent.flatMap(({ answers }) => answers.filter(({ kind }) => kind === 'refused'))).toEqual([]);
    const caps = vk.tokens.lessons.flatMap(({ dailyCap }) => (dailyCap?.method === 'wall.get' ? [dailyCap.calls] : []));
    expect(caps.at(-1)).toBe(4);
    expect(vk.tokens.counted()).toMatchObject({ 'vkt_a wall.get': 4, 'vkt_b wall.get': 32 });
  });

  test('when no other token can take over, then what it can not ask is refused with the time, and the rest is answered', async () => {
    await start(aToken('a'));
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, dailyCaps: { 'wall.get': 0 } });
    const { answers } = await vk.send(posts(1), comments, posts(2));
    expect(answers).toMatchObject([
      { kind: 'refused', error: { vkClass: 'wait', vkCode: 29, message: expect.stringContaining('held back from wall.get') } },
      { kind: 'comments' },
      { kind: 'refused' },
    ]);
    await expect(vk.send(posts(1))).rejects.toMatchObject({ code: 'NO_VK_TOKEN', retryAfterMs: expect.any(Number) });
  });

  test('when a cap that is known is reached, then VK is not even asked', async () => {
    const used = { method: 'wall.get', parkedUntil: null, dailyCap: 100, callsToday: 100 };
    await start(aToken('a', { methods: [used] }));
    await expect(vk.send(posts(1))).rejects.toMatchObject({ code: 'NO_VK_TOKEN' });
    expect(await vk.asked()).toEqual([]);
  });

  test('when a token may not call a method, then it is used for the others', async () => {
    await start(...both);
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, refuses: { 'wall.get': 3 } });
    for (let count = 0; count < 6; count += 1) expect(await answered(posts(1), comments)).toBe(true);
    expect(vk.tokens.parks).toEqual([expect.objectContaining({ tokenId: 'vkt_a', method: 'wall.get', vkCode: 3 })]);
    expect(minutes(vk.tokens.parks[0]?.until)).toBe(24 * 60);
  });

  test('when it is a token of a community, then it is taken out with the reason, is not tried again, and others go on', async () => {
    await start(...both);
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, kind: 'community' });
    for (let count = 0; count < 6; count += 1) expect(await answered(posts(1), comments)).toBe(true);
    // Once for each method of the batch that met it.
    expect(new Set(vk.tokens.invalid.map(({ tokenId, vkCode }) => `${tokenId} ${vkCode}`))).toEqual(new Set(['vkt_a 27']));
    expect(vk.tokens.invalid[0]?.reason).toMatch(/^A community token can not read walls\. /);
    expect(vk.tokens.parks).toEqual([]);
    expect(vk.tokens.counted()['vkt_a wall.get']).toBe(1);
  });

  describe('when VK says "no permission" (7)', () => {
    const demo = { method: 'wall.get', params: { owner_id: String(DEMO_WALL.ownerId) } };
    const elsewhere: VkRead = { kind: 'posts', ownerId: String(SPECIAL_WALLS.traps.ownerId), offset: 0, count: 1 };
    const refused = { kind: 'refused', error: { vkCode: 7, vkClass: 'permanent', method: 'wall.get' } };
    const forbid = (token: string) =>
      vk.simulator.control({ do: 'addToken', token, requestsPerSecond: 10_000, refuses: { 'wall.get': 7 } });
    afterEach(() => vk.simulator.control({ do: 'resetRules' }));

    test('of one wall, then that wall is refused, and all others are read on, alone and in batches', async () => {
      await start(aToken('a'));
      await vk.simulator.control({ do: 'fail', ...demo, with: { kind: 'error', code: 7 }, times: 100 });
      for (let count = 0; count < 2; count += 1) {
        expect((await vk.send(posts(1), elsewhere)).answers).toMatchObject([refused, { kind: 'posts' }]);
        expect((await vk.send(posts(1))).answers).toMatchObject([refused]);
        expect((await vk.send(elsewhere)).answers).toMatchObject([{ kind: 'posts' }]);
      }
      expect(vk.tokens.parks).toEqual([]);
    });

    test('to one token, then another one is asked, and the first is not held back for others', async () => {
      await start(...both);
      await forbid('a');
      for (let count = 0; count < 6; count += 1) expect(await answered(posts(1), elsewhere, comments)).toBe(true);
      expect(vk.tokens.parks).toEqual([]);
    });

    test.each([
      ['the one that may', both.toReversed()],
      ['the other', both],
    ])(
      'to all of them of one wall and to one of them of another, then that one is read, whichever was asked first: %s',
      async (_which, given) => {
        await start(...given);
        await forbid('a');
        await vk.simulator.control({ do: 'fail', ...demo, with: { kind: 'error', code: 7 }, times: 100 });
        for (let count = 0; count < 2; count += 1) {
          expect((await vk.send(posts(1))).answers).toMatchObject([refused]);
          expect((await vk.send(elsewhere)).answers).toMatchObject([{ kind: 'posts' }]);
        }
      },
    );

    test('to all of them, then each was asked, and it is a refusal of what was asked for', async () => {
      await start(...both);
      await forbid('a');
      await forbid('b');
      const { answers, requests } = await vk.send(posts(1), comments);
      expect(answers).toMatchObject([refused, { kind: 'comments' }]);
      expect(requests).toBe(2);
      expect((await vk.send(posts(1))).answers).toMatchObject([refused]);
      expect(vk.tokens.parks).toEqual([]);
    });
  });

  test.each(['service', 'user'] as const)(
    'when a %s token may not execute, then that is found once, and reads go one by one',
    async (kind) => {
      await start(aToken('a', { kind }));
      await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 10_000, kind, mayExecute: false });
      expect((await vk.send(...three)).requests).toBe(4);
      expect(vk.tokens.lessons).toEqual([{ workspaceId: WORKSPACE, tokenId: 'vkt_a', mayExecute: false }]);
      const turn = await vk.reads.turn(never);
      expect(turn.room).toBe(1);
      expect((await turn.send(three, { signal: never, turns: never })).requests).toBe(3);
      expect(vk.tokens.lessons).toHaveLength(1);
      expect(vk.tokens.invalid).toEqual([]);
    },
  );

  test('when a token may execute, then that is told once', async () => {
    await start(aToken('a'));
    for (let count = 0; count < 3; count += 1) await vk.send(...three);
    expect(vk.tokens.lessons).toEqual([{ workspaceId: WORKSPACE, tokenId: 'vkt_a', mayExecute: true }]);
  });

  test('when there are more requests than the token may start, then the pace drops until VK takes them', async () => {
    await start(aToken('a', { requestsPerSecond: 1_000 }));
    await vk.simulator.control({ do: 'addToken', token: 'a', requestsPerSecond: 2 });
    await Promise.all(Array.from({ length: 3 }, () => vk.send(posts(1))));
    expect(await vk.asked()).toContain('wall.get 6');
    expect((await vk.metrics.expose()).text).toMatch(/otklik_vk_too_fast_total [1-9]/);
  });

  test('when no token can be used, then who waits is told why, and for how long', async () => {
    await start(
      aToken('a', { parkedUntil: new Date(Date.now() + 10 * MINUTE) }),
      aToken('b', { parkedUntil: new Date(Date.now() + 20 * MINUTE) }),
    );
    const thrown: unknown = await vk.reads.turn(never).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'NO_VK_TOKEN',
      message: expect.stringMatching(/all 2 tokens .* held back\. The first is free again at 20/),
    });
    expect(thrown).toHaveProperty('retryAfterMs', expect.any(Number));
  });

  test('when the workspace has none, then that is said', async () => {
    await start();
    await expect(vk.reads.turn(never)).rejects.toMatchObject({ code: 'NO_VK_TOKEN', message: expect.stringContaining('no VK token') });
  });

  test('when a turn is given back, then the next one gets it', async () => {
    await start(aToken('a', { requestsPerSecond: 0.01 }));
    (await vk.reads.turn(never)).giveBack();
    (await vk.reads.turn(never)).giveBack();
  });
});
