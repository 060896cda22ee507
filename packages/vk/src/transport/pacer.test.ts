import { describe, expect, test } from '@jest/globals';
import { createManualClock } from '@otklik/shared';
import { createPacer } from './pacer.ts';

const never = new AbortController().signal;

describe('the pace of requests', () => {
  test('when many want to start at once, then they start at even distances, in the order of asking', async () => {
    const clock = createManualClock();
    const pacer = createPacer({ requestsPerSecond: 4, clock });
    const started: [number, number][] = [];
    const all = Promise.all([1, 2, 3, 4].map((who) => pacer.turn(never).then(() => started.push([who, clock.now()]))));
    await clock.advance(250);
    await clock.advance(250);
    await clock.advance(250);
    await all;
    const first = started[0]?.[1] ?? 0;
    expect(started.map(([who, at]) => [who, at - first])).toEqual([
      [1, 0],
      [2, 250],
      [3, 500],
      [4, 750],
    ]);
  });

  test('when VK asks to slow down, then nobody starts before that', async () => {
    const clock = createManualClock();
    const pacer = createPacer({ requestsPerSecond: 100, clock });
    pacer.holdBack(1_000);
    let hasStarted = false;
    const turn = pacer.turn(never).then(() => (hasStarted = true));
    await clock.advance(999);
    expect(hasStarted).toBe(false);
    await clock.advance(1);
    await turn;
    expect(hasStarted).toBe(true);
  });

  test('when the job ends while it waits for its turn, then the wait ends with it', async () => {
    const clock = createManualClock();
    const pacer = createPacer({ requestsPerSecond: 1, clock });
    await pacer.turn(never);
    const job = new AbortController();
    const turn = pacer.turn(job.signal);
    job.abort(new Error('stopped'));
    await expect(turn).rejects.toThrow('stopped');
  });
});
