import { describe, expect, test } from '@jest/globals';
import { createLatency } from './latency.ts';

const draws = (latency: ReturnType<typeof createLatency>, innerCalls = 0): number[] =>
  Array.from({ length: 200 }, () => latency.next(innerCalls));

describe('latency', () => {
  test('when it lies between two values, then requests take all of the time in between, the same for the same seed', () => {
    const drawn = draws(createLatency({ ms: [80, 400], perInnerCallMs: 0 }, 1));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(80);
    expect(Math.min(...drawn)).toBeLessThan(100);
    expect(Math.max(...drawn)).toBeGreaterThan(380);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(400);
    expect(draws(createLatency({ ms: [80, 400], perInnerCallMs: 0 }, 1))).toEqual(drawn);
    expect(draws(createLatency({ ms: [80, 400], perInnerCallMs: 0 }, 2))).not.toEqual(drawn);
  });

  test('when calls are made inside, then each adds its time', () => {
    const latency = createLatency({ ms: 10, perInnerCallMs: 4 }, 1);
    expect([latency.next(0), latency.next(25)]).toEqual([10, 110]);
    latency.set({ ms: 0, perInnerCallMs: 0 });
    expect(latency.next(25)).toBe(0);
    latency.reset();
    expect(latency.next(1)).toBe(14);
  });
});
