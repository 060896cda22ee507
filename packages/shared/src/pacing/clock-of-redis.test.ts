import { describe, expect, test } from '@jest/globals';
import { createClockOfRedis } from './clock-of-redis.ts';

describe('the clock of Redis', () => {
  test('when an answer was long on its way, then the sample before is believed', () => {
    const clock = createClockOfRedis();
    clock.saw(5_000, 99.9, 100.1);
    // It lay unread for 80 ms while the process was busy.
    clock.saw(5_100.1, 200, 280);
    expect(clock.toOurs(5_200)).toBeCloseTo(300, 1);
  });

  test('when the clock of Redis was set, then the new time counts', () => {
    const clock = createClockOfRedis();
    clock.saw(5_000, 99.9, 100.1);
    clock.saw(8_000, 200, 202);
    expect(clock.toOurs(8_100)).toBeCloseTo(301, 1);
  });

  test('when a good sample has become old, then a younger one takes its place', () => {
    const clock = createClockOfRedis();
    clock.saw(5_000, 100, 100);
    clock.saw(65_001, 60_100, 60_102);
    expect(clock.toOurs(65_001)).toBeCloseTo(60_101, 3);
  });
});
