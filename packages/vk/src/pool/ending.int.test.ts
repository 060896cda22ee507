import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Clock, type Pacing, VkApiError, createMemoryPacing, systemClock, untilAborted } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { DEMO_WALL } from '@otklik/vk-simulator';
import { type PoolUnderTest, never, openPoolUnderTest, sharedSimulator } from '../testing/pool-under-test.ts';
import { many } from '../testing/some-reads.ts';

/** Ends with the signal, with its reason. */
const untilOver = async (signal: AbortSignal): Promise<never> => {
  await untilAborted(signal);
  throw signal.reason;
};

/** So many turns, and no more. */
const pacingOf = (turns: number): { readonly pacing: Pacing; readonly isUsedUp: Promise<void> } => {
  const pacing = createMemoryPacing();
  const usedUp = Promise.withResolvers<void>();
  let taken = 0;
  const turn: Pacing['turn'] = async (...order) => {
    taken += 1;
    if (taken <= turns) return pacing.turn(...order);
    usedUp.resolve();
    return untilOver(order[2]);
  };
  return { pacing: { ...pacing, turn }, isUsedUp: usedUp.promise };
};

describe('reads that end before their time', () => {
  let vk: PoolUnderTest;
  const server = sharedSimulator();
  beforeEach(async () => {
    vk = await openPoolUnderTest(server());
  });
  afterEach(() => vk.close());

  test.each([
    ['several', async (signal: AbortSignal) => (await vk.reads.turn(signal)).send(many(2), { signal, turns: signal })],
    ['one', async (signal: AbortSignal) => (await vk.reads.turn(signal)).send(many(1), { signal, turns: signal })],
    ['a look for a wall', (signal: AbortSignal) => vk.reads.resolveWall(DEMO_WALL.screenName, signal)],
  ])('when the job ends, then so does the request for %s, with the reason of the job', async (_what, ask) => {
    await vk.simulator.control({ do: 'fail', with: { kind: 'hang' } });
    const job = new AbortController();
    const end = ask(job.signal).catch((thrown: unknown) => thrown);
    await waitFor(async () => (await vk.asked()).length === 1, { what: 'VK to be asked' });
    job.abort(new Error('cancelled'));
    expect(await end).toBe(job.signal.reason);
  });

  test.each([
    [1, { code: 'MUST_WAIT' }],
    [2, [...Array.from({ length: 4 }, () => 'posts'), ...Array.from({ length: 3 }, () => 'wait')]],
  ])('when no further turn is to be taken after %i, then what was asked is told, and the rest may be asked again', async (turns, told) => {
    const { pacing, isUsedUp } = pacingOf(turns);
    const short = await openPoolUnderTest(server(), { pacing });
    await short.simulator.control({ do: 'fail', method: 'execute', with: { kind: 'error', code: 13 } });
    const turn = await short.reads.turn(never);
    const over = new AbortController();
    const sent = turn.send(many(7), { signal: never, turns: over.signal }).then(
      ({ answers }) => answers.map((answer) => (answer.kind === 'refused' ? answer.error.vkClass : answer.kind)),
      (thrown: unknown) => thrown,
    );
    await isUsedUp;
    // Whatever ended it says nothing about the reads.
    over.abort(new VkApiError('gone', { vkCode: 104, vkClass: 'permanent', method: 'wall.get' }));
    expect(await sent).toMatchObject(told);
    expect((await short.asked()).length).toBe(turns);
    await short.close();
    await pacing.close();
  });

  test('when no further turn is to be taken after a call has used up its tries, then its own fault is told, and no other', async () => {
    const paused = Promise.withResolvers<void>();
    const sleep: Clock['sleep'] = (_ms, signal = never) => {
      paused.resolve();
      return untilOver(signal);
    };
    const slow = await openPoolUnderTest(server(), { clock: { ...systemClock, sleep } });
    await slow.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'error', code: 10 }, times: 100 });
    const turn = await slow.reads.turn(never);
    const over = new AbortController();
    const sent = turn.send(many(2), { signal: never, turns: over.signal });
    await paused.promise;
    over.abort(new Error('over'));
    expect((await sent).answers).toMatchObject([
      { kind: 'refused', error: { vkCode: 10, vkClass: 'retry' } },
      { kind: 'refused', error: { vkClass: 'wait' } },
    ]);
    await slow.close();
  });

  test('when a circuit opens at the last request, then that is told, whether or not further turns were to be taken', async () => {
    const guarded = await openPoolUnderTest(server(), { timeoutMs: 500, circuit: { failuresInARow: 1, volume: 1 } });
    await guarded.simulator.control({ do: 'fail', method: 'wall.get', with: { kind: 'hang' } });
    const turn = await guarded.reads.turn(never);
    const over = new AbortController();
    const sent = turn.send(many(1), { signal: never, turns: over.signal }).catch((thrown: unknown) => thrown);
    await waitFor(async () => (await guarded.asked()).length === 1, { what: 'VK to be asked' });
    over.abort(new Error('over'));
    expect(await sent).toMatchObject({ code: 'CIRCUIT_OPEN', cause: expect.anything() });
    await guarded.close();
  });
});
