import { describe, expect, test } from '@jest/globals';
import { DatabaseError, createManualClock, silentLogger } from '@otklik/shared';
import { createBackgroundLoop } from './background-loop.ts';

const build = (round: () => Promise<boolean | null>, gapMs = 0) => {
  const clock = createManualClock();
  const warnings: string[] = [];
  const recoveries: string[] = [];
  const logger = {
    ...silentLogger,
    warn: (message: string) => void warnings.push(message),
    info: (message: string) => void recoveries.push(message),
  };
  const loop = createBackgroundLoop({ name: 'test', round, intervalMs: 1_000, gapMs: () => gapMs, clock, logger });
  return { clock, loop, warnings, recoveries };
};

describe('a background loop', () => {
  test('runs again after its interval, and at once when nudged', async () => {
    let rounds = 0;
    const { clock, loop } = build(async () => {
      rounds += 1;
      return false;
    });
    loop.start();
    await clock.advance(0);
    expect(rounds).toBe(1);
    await clock.advance(1_000);
    expect(rounds).toBe(2);
    loop.nudge();
    await clock.advance(0);
    expect(rounds).toBe(3);
    await loop.stop();
  });

  test('when nudges come in a crowd, then the first is heard at once and the others together after the gap', async () => {
    let rounds = 0;
    const { clock, loop } = build(async () => (rounds += 1) === 0, 20);
    loop.start();
    await clock.advance(100);
    loop.nudge();
    await clock.advance(0);
    expect(rounds).toBe(2);
    for (let ms = 0; ms < 20; ms += 1) {
      loop.nudge();
      await clock.advance(1);
    }
    expect(rounds).toBe(3);
    await loop.stop();
  });

  test('does not rest while a round says that there is more', async () => {
    let left = 5;
    const { clock, loop } = build(async () => {
      left -= 1;
      return left > 0;
    });
    loop.start();
    await clock.advance(0);
    expect(left).toBe(0);
    await loop.stop();
  });

  test('when a nudge comes during a round, then another round follows without a pause', async () => {
    let rounds = 0;
    let finishFirst = (): void => undefined;
    const { clock, loop } = build(async () => {
      rounds += 1;
      if (rounds === 1) await new Promise<void>((resolve) => (finishFirst = resolve));
      return false;
    });
    loop.start();
    await clock.advance(0);
    loop.nudge();
    finishFirst();
    await clock.advance(0);
    expect(rounds).toBe(2);
    await loop.stop();
  });

  test('survives failing rounds and logs an outage once', async () => {
    let rounds = 0;
    const { clock, loop, warnings } = build(async () => {
      rounds += 1;
      if (rounds <= 3) throw new DatabaseError('DB_UNAVAILABLE', 'gone');
      return false;
    });
    loop.start();
    await clock.advance(3_500);
    expect(rounds).toBe(4);
    expect(warnings).toHaveLength(1);
    await loop.stop();
  });

  test('when it is not its turn after a failed round, then nothing has recovered, and a failure in its next turn is the same outage', async () => {
    let rounds = 0;
    const { clock, loop, warnings, recoveries } = build(async () => {
      rounds += 1;
      if (rounds === 2 || rounds === 3) return null;
      if (rounds <= 4) throw new DatabaseError('DB_UNAVAILABLE', 'gone');
      return false;
    });
    loop.start();
    await clock.advance(3_500);
    expect([rounds, warnings.length, recoveries]).toEqual([4, 1, []]);
    await clock.advance(1_000);
    expect(recoveries).toEqual(['background loop recovered']);
    await loop.stop();
  });

  test('stops only after the round in hand', async () => {
    let finish = (): void => undefined;
    let isDone = false;
    const { clock, loop } = build(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      isDone = true;
      return true;
    });
    loop.start();
    await clock.advance(0);
    const stopped = loop.stop();
    finish();
    await stopped;
    expect(isDone).toBe(true);
  });
});
