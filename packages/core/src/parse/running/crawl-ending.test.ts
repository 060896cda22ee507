import { describe, expect, jest, test } from '@jest/globals';
import { TurnOver, createManualClock, untilAborted } from '@otklik/shared';
import { crawlInMemory } from '../testing/crawl-in-memory.ts';
import { answerFrom } from '../testing/small-vk.ts';

/** A wall to list and a post to find: two requests of one read each may be on their way. */
const list = ['-1', '-2_1'];
const posts = [{ id: 1, threads: [{ id: 2, replies: [] }] }];
const answer = answerFrom(['-1', '-2'].map((ownerId) => ({ ownerId, posts })));

describe('a crawl that is told to end', () => {
  const over = (): never => {
    throw new TurnOver('over');
  };
  /** Ends a crawl at its next look, once it was told. */
  const whenTold = () => {
    let isOver = false;
    return { tell: () => void (isOver = true), checkpointReached: () => void (isOver && over()) };
  };
  /** Ends with the signal alone. */
  const never = async (signal: AbortSignal): Promise<void> => {
    await untilAborted(signal);
    signal.throwIfAborted();
  };

  test('when it waits for its turn and nothing is on its way, then it ends there, with nothing asked', async () => {
    const clock = createManualClock();
    const { tell, checkpointReached } = whenTold();
    const crawled = crawlInMemory({ list, answer, clock, onTurn: never, checkpointReached });
    const onEnd = jest.fn();
    void crawled.then(onEnd);
    await clock.advance(60_000);
    expect(onEnd).not.toHaveBeenCalled();
    tell();
    await clock.advance(1_000);
    expect(await crawled).toMatchObject({ failure: expect.any(TurnOver), requests: [] });
    expect(clock.pending()).toBe(0);
  });

  test('when it waits for its turn and a request is on its way, then it ends when that is stored', async () => {
    const clock = createManualClock();
    const held = Promise.withResolvers<void>();
    let turns = 0;
    const crawled = crawlInMemory({
      list,
      answer,
      clock,
      room: 1,
      onTurn: async (signal) => {
        turns += 1;
        if (turns > 1) await never(signal);
      },
      onRequest: () => held.promise,
      checkpointReached: () => void (turns > 1 && over()),
    });
    await clock.advance(60_000);
    expect(turns).toBe(2);
    held.resolve();
    const { failure, requests, checkpoints } = await crawled;
    expect([failure, requests.length, checkpoints.at(-1)?.totals.requests]).toEqual([expect.any(TurnOver), 1, 1]);
  });

  test('when a wall is still looked for and nothing else is on its way, then it ends there, and does not wait for that', async () => {
    const { tell, checkpointReached } = whenTold();
    const { failure, checkpoints } = await crawlInMemory({
      list: ['-1', 'named'],
      answer,
      onWall: (_ref, signal) => never(signal),
      onRequest: async () => tell(),
      checkpointReached,
    });
    expect([failure, checkpoints.at(-1)?.totals.requests]).toEqual([expect.any(TurnOver), 1]);
  }, 5_000);

  test('when what was sent waits for further turns, then they are given up, and what was answered of it is stored', async () => {
    const clock = createManualClock();
    const { tell, checkpointReached } = whenTold();
    const onRequest = (_index: number, _signal: AbortSignal, turns: AbortSignal): Promise<void> => untilAborted(turns);
    const crawled = crawlInMemory({ list, answer, clock, room: 1, onRequest, checkpointReached });
    await clock.advance(60_000);
    tell();
    await clock.advance(1_000);
    const { failure, requests, checkpoints } = await crawled;
    expect([failure, checkpoints.at(-1)?.totals.requests]).toEqual([expect.any(TurnOver), requests.length]);
    expect(clock.pending()).toBe(0);
  });

  test('when something on its way does not come, then it is waited for half a minute, and no longer', async () => {
    const clock = createManualClock();
    const second = Promise.withResolvers<void>();
    const { tell, checkpointReached } = whenTold();
    const crawled = crawlInMemory({
      list,
      answer,
      clock,
      room: 1,
      onRequest: async (index, signal) => {
        if (index > 0) second.resolve();
        if (index > 0) await never(signal);
        await second.promise;
        tell();
      },
      checkpointReached,
    });
    const onEnd = jest.fn();
    void crawled.then(onEnd);
    await clock.advance(29_900);
    expect(onEnd).not.toHaveBeenCalled();
    await clock.advance(200);
    const { failure, checkpoints } = await crawled;
    expect([failure, checkpoints.at(-1)?.totals.requests]).toEqual([expect.any(TurnOver), 1]);
    expect(clock.pending()).toBe(0);
  });
});
