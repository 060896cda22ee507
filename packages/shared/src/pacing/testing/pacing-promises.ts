import assert from 'node:assert/strict';
import type { Pacing } from '../pacing.ts';

const FAST = { perSecond: 150 };
/** Above 60 a second the promise is about 60 starts in 400 ms. */
const COUNT = 60;
const WINDOW_MS = 400;
const never = new AbortController().signal;

type PacingPromise = {
  readonly title: string;
  /** `pacings`: several that share their keys, as processes do, or one alone. */
  readonly run: (pacings: readonly Pacing[]) => Promise<void>;
};

const startAll = async (pacings: readonly Pacing[], count: number): Promise<number[]> => {
  const starts: number[] = [];
  const one = async (index: number): Promise<void> => {
    const turn = await pacings[index % pacings.length]?.turn('key', FAST, never);
    starts.push(performance.now());
    // As whoever sends a request does: the machine may be busy between the turn and the start.
    turn?.started();
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  return starts;
};

const [first, second] = [(all: readonly Pacing[]) => all[0] ?? assert.fail(), (all: readonly Pacing[]) => all.at(-1) ?? assert.fail()];

/** What every pacing promises, in real time: nothing here depends on how quick the machine is. */
export const pacingPromises: readonly PacingPromise[] = [
  {
    title: 'when many ask, then all get their turn, and no window of time has more starts than it may have',
    run: async (pacings) => {
      const starts = await startAll(pacings, COUNT + 15);
      assert.equal(starts.length, COUNT + 15);
      for (const [index, at] of starts.slice(COUNT).entries()) {
        const span = at - (starts[index] ?? 0);
        assert.ok(span >= WINDOW_MS, `${COUNT + 1} starts within ${span} ms`);
      }
    },
  },
  {
    title: 'when one who waits gives up, then that is told with the reason, and the others lose nothing',
    run: async (pacings) => {
      const stop = new AbortController();
      const waiting = Array.from({ length: 5 }, () => first(pacings).turn('key', { perSecond: 20 }, stop.signal));
      const other = second(pacings).turn('key', { perSecond: 20 }, never);
      stop.abort(new Error('enough'));
      const ends = await Promise.allSettled(waiting);
      assert.ok(ends.every((end) => end.status === 'fulfilled' || String(end.reason).includes('enough')));
      await other;
      await assert.rejects(first(pacings).turn('key', FAST, stop.signal), /enough/);
    },
  },
  {
    title: 'when a turn is given back, once or twice, then somebody else gets it',
    run: async (pacings) => {
      const slow = { perSecond: 0.01 };
      const turn = await first(pacings).turn('slow', slow, never);
      turn.giveBack();
      turn.giveBack();
      // Without it the next turn would come after 100 s.
      await first(pacings).turn('slow', slow, never);
    },
  },
  {
    title: 'when VK says "too many", then nobody who shares the key starts for that long',
    run: async (pacings) => {
      await first(pacings).turn('key', FAST, never);
      const before = performance.now();
      await first(pacings).slower('key', 150);
      await second(pacings).turn('key', FAST, never);
      assert.ok(performance.now() - before >= 149);
      await second(pacings).turn('another key', FAST, never);
    },
  },
  {
    title: 'when it closes, then who still waits is told',
    run: async (pacings) => {
      const slow = { perSecond: 0.01 };
      await first(pacings).turn('slow', slow, never);
      const waiting = first(pacings).turn('slow', slow, never);
      await first(pacings).close();
      await assert.rejects(waiting, { code: 'SHUTDOWN' });
    },
  },
];
