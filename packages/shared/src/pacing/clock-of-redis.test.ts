import { describe, expect, test } from '@jest/globals';
import { createClockOfRedis } from './clock-of-redis.ts';

describe('the clock of Redis', () => {
  test.each([
    ['the question', 40, 0.1],
    ['the answer', 0.1, 40],
    ['both', 20, 30],
  ])('when %s was long on its way at first, then no slot starts before its time, nor later than is said', (_, there, back) => {
    const ahead = 4_900;
    const clock = createClockOfRedis();
    const exchange = (asked: number, [to, fro]: readonly [number, number]): number => {
      clock.saw(asked + to + ahead, asked, asked + to + fro);
      return asked + to + fro;
    };
    /** How late a slot at `theirs` starts by the clock of Redis, and how late that may be. */
    const lateness = (theirs: number, now: number) => ({ is: clock.toOurs(theirs, now) + ahead - theirs, said: clock.unsureMs(now) });
    const poor = lateness(5_200, exchange(100, [there, back]));
    const good = lateness(5_600, exchange(200, [0.1, 0.1]));
    // So two starts are never nearer to each other than the second slot is to the latest moment that was said of the first.
    for (const { is, said } of [poor, good]) {
      expect(is).toBeGreaterThanOrEqual(0);
      expect(is).toBeLessThanOrEqual(said);
    }
    expect(poor.said).toBeCloseTo(there + back, 6);
    expect(good.said).toBeCloseTo(0.2, 6);
  });

  test('when an answer was long on its way, then the sample before is believed', () => {
    const clock = createClockOfRedis();
    clock.saw(5_000, 99.9, 100.1);
    // It lay unread for 80 ms while the process was busy.
    clock.saw(5_100.1, 200, 280);
    expect(clock.toOurs(5_200, 280)).toBeCloseTo(300.1 + 0.09, 3);
    expect(clock.unsureMs(280)).toBeCloseTo(0.2 + 0.18, 3);
  });

  test('when the clock of Redis was set, then the new time counts', () => {
    const clock = createClockOfRedis();
    clock.saw(5_000, 99.9, 100.1);
    clock.saw(8_000, 200, 202);
    expect(clock.toOurs(8_100, 202)).toBeCloseTo(302, 1);
  });

  test('when a good sample has become old, then a younger one takes its place', () => {
    const clock = createClockOfRedis();
    clock.saw(5_000, 100, 100);
    clock.saw(65_001, 60_100, 60_102);
    expect(clock.toOurs(65_001, 60_102)).toBeCloseTo(60_102, 3);
    expect(clock.unsureMs(60_102)).toBeCloseTo(2, 3);
  });

  test('when nothing was seen yet, then nothing is said of how unsure it is', () => {
    expect(createClockOfRedis().unsureMs(100)).toBe(0);
  });
});
