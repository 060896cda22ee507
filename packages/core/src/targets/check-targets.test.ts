import { describe, expect, test } from '@jest/globals';
import { submitBody } from '@otklik/contracts';
import { CircuitOpenError, NoTokenError, VkApiError, VkTransportError, createManualClock, silentLogger } from '@otklik/shared';
import { type WallCheck, makeCheckTargets } from './check-targets.ts';

const LIST = `lst_${'0'.repeat(32)}`;
const order = (target: object, then: readonly object[] = []) => submitBody('parse').parse({ target, then });

type Facts = { readonly isClosed?: boolean; readonly mayBeMember?: boolean; readonly thrown?: Error; readonly valid?: number | null };

/** A check where VK and the lists say so; `asked` are the walls that VK was asked about. */
const checkWhere = ({ isClosed = false, mayBeMember = false, thrown, valid = null }: Facts) => {
  const asked: string[] = [];
  const clock = createManualClock();
  const look: WallCheck = {
    resolveWall: async (ref) => {
      asked.push(ref);
      if (thrown !== undefined) throw thrown;
      return { isClosed };
    },
    mayBeMember: async () => mayBeMember,
  };
  const check = makeCheckTargets({ lists: { count: async () => valid }, walls: { of: () => look }, clock, logger: silentLogger });
  return {
    asked,
    clock,
    check: (one: ReturnType<typeof order>, shouldAskVk = true) => check({ workspaceId: 'w', order: one, shouldAskVk }),
  };
};

const vkSays = (vkCode: number) => new VkApiError('no', { vkCode, vkClass: 'permanent', method: 'groups.getById' });

describe('looking at what is to be collected', () => {
  test.each([
    ['VK knows no such name', { thrown: vkSays(104) }, /no page/],
    ['the page was deleted or banned', { thrown: vkSays(18) }, /deleted or banned/],
    ['the community is closed and all tokens are service keys', { isClosed: true }, /closed to everybody but members/],
  ])('when %s, then the order is refused with the place of the target', async (_what, facts, says) => {
    const refused = { code: 'TARGET_NOT_READABLE', faults: [{ pointer: '/target', detail: expect.stringMatching(says) }] };
    await expect(checkWhere(facts).check(order({ wall: 'x1' }))).rejects.toMatchObject(refused);
    await expect(checkWhere(facts).check(order({ post: '-1_2' }))).rejects.toMatchObject(refused);
  });

  test.each([
    ['the community is closed and a user may be its member', { isClosed: true, mayBeMember: true }],
    ['there is no token', { thrown: new NoTokenError('none', { retryAfterMs: 1 }) }],
    ['VK says something else', { thrown: vkSays(15) }],
    ['VK is away', { thrown: new VkTransportError('VK_UNREACHABLE', 'away') }],
  ])('when %s, then the order passes', async (_what, facts) => {
    const { check, asked } = checkWhere(facts);
    await check(order({ wall: 'x1' }));
    expect(asked).toEqual(['x1']);
  });

  test('when VK is away, then the next ones do not wait for it, and it is asked again later', async () => {
    const { check, asked, clock } = checkWhere({ thrown: new VkTransportError('VK_TIMEOUT', 'late') });
    await check(order({ wall: 'x1' }));
    await check(order({ wall: 'x2' }));
    expect(asked).toEqual(['x1']);
    await clock.advance(10_000);
    await check(order({ wall: 'x3' }));
    expect(asked).toEqual(['x1', 'x3']);
  });

  describe('where two workspaces submit jobs', () => {
    /** What the first one meets; the second one's VK is well. */
    const checkWithTrouble = (resolveWall: WallCheck['resolveWall']) => {
      const asked: string[] = [];
      const clock = createManualClock();
      const mayBeMember = async () => false;
      const troubled: WallCheck = { resolveWall: (ref, signal) => (asked.push('first'), resolveWall(ref, signal)), mayBeMember };
      const well: WallCheck = { resolveWall: async () => (asked.push('second'), { isClosed: false }), mayBeMember };
      const walls = { of: (workspaceId: string) => (workspaceId === 'first' ? troubled : well) };
      const check = makeCheckTargets({ lists: { count: async () => null }, walls, clock, logger: silentLogger });
      return { asked, clock, submit: (workspaceId: string) => check({ workspaceId, order: order({ wall: 'x1' }), shouldAskVk: true }) };
    };
    const failing = (thrown: Error) => checkWithTrouble(async () => Promise.reject(thrown));

    test.each([
      ['its token was refused and none is left', new NoTokenError('none', { retryAfterMs: 1 }), 2],
      ['VK says that its token is dead', vkSays(5), 2],
      ['the circuit of its kind of token is open', new CircuitOpenError('open', { retryAfterMs: 1_000 }), 1],
    ])('when %s, then the others are checked as ever', async (_what, thrown, times) => {
      const { asked, submit } = failing(thrown);
      for (const workspaceId of ['first', 'second', 'first', 'second']) await submit(workspaceId);
      expect(asked.filter((one) => one === 'second')).toHaveLength(2);
      expect(asked.filter((one) => one === 'first')).toHaveLength(times);
    });

    test('when its tokens are so busy that no answer comes in time, then it alone is not checked for a while', async () => {
      const untilGivenUp: WallCheck['resolveWall'] = (_ref, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      const { asked, clock, submit } = checkWithTrouble(untilGivenUp);
      const waiting = submit('first');
      await clock.advance(1_500);
      await waiting;
      await submit('first');
      await submit('second');
      expect(asked).toEqual(['first', 'second']);
      await clock.advance(10_000);
      const again = submit('first');
      await clock.advance(1_500);
      await again;
      expect(asked).toEqual(['first', 'second', 'first']);
    });

    test('when VK itself does not answer, then nobody waits for it', async () => {
      const { asked, submit } = failing(new VkTransportError('VK_UNREACHABLE', 'away'));
      await submit('first');
      await submit('second');
      expect(asked).toEqual(['first']);
    });
  });

  test('when it is not wanted, or several are named, or it is a follow-up, then VK is not asked', async () => {
    const { check, asked } = checkWhere({ thrown: vkSays(104), valid: 3 });
    await check(order({ wall: 'x1' }), false);
    await check(order({ list: ['x1', 'x2'] }));
    await check(order({ listId: LIST }, [{ type: 'parse', target: { wall: 'x1' } }]));
    expect(asked).toEqual([]);
  });

  test('when a list is not there or has nothing to collect, then that is told, in follow-ups as well', async () => {
    const listed = order({ list: ['x1'] }, [{ type: 'parse', target: { listId: LIST } }]);
    const faultsOf = async (valid: number | null): Promise<unknown> =>
      checkWhere({ valid })
        .check(listed)
        .catch((thrown: unknown) => thrown);
    const pointer = '/then/0/target/listId';
    expect(await faultsOf(null)).toMatchObject({ code: 'VALIDATION', faults: [{ pointer, detail: 'is no list of this workspace' }] });
    expect(await faultsOf(0)).toMatchObject({ code: 'VALIDATION', faults: [{ pointer, detail: 'has no valid line' }] });
    expect(await faultsOf(1)).toBeUndefined();
  });
});
