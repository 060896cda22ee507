import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createManualClock } from '../clock/manual-clock.ts';
import { QueueError } from '../errors/infrastructure-errors.ts';
import { NotFoundError } from '../errors/input-errors.ts';
import { retry, retryDelayMs } from './retry.ts';

const away = new QueueError('away');
const failing = (times: number, error: unknown = away) => {
  const calls: number[] = [];
  const fn = async (attempt: number): Promise<string> => {
    calls.push(attempt);
    if (calls.length <= times) throw error;
    return 'done';
  };
  return { calls, fn };
};

describe('the delay before a retry', () => {
  test('when attempts follow each other, then its bound doubles up to the greatest', () => {
    const bounds = [1, 2, 3, 8, 50].map((attempt) => retryDelayMs(attempt, { baseMs: 500, maxMs: 60_000, random: () => 1 }));
    expect(bounds).toEqual([500, 1_000, 2_000, 60_000, 60_000]);
  });

  test('when nothing is said, then it begins below half a second and ends below a minute', () => {
    expect(retryDelayMs(1, { random: () => 1 })).toBe(500);
    expect(retryDelayMs(100, { random: () => 1 })).toBe(60_000);
  });

  test('when many wait at once, then they do not all come back together', () => {
    const delays = new Set(Array.from({ length: 100 }, () => Math.floor(retryDelayMs(6))));
    expect(delays.size).toBeGreaterThan(80);
  });

  test('whatever the attempt and the bounds, then it is a number from 0 to the bound', () => {
    const cases = fc.record({
      attempt: fc.integer({ min: 1, max: 5_000 }),
      baseMs: fc.integer({ min: 0, max: 100_000 }),
      maxMs: fc.integer({ min: 0, max: 10_000_000 }),
      chance: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ attempt, baseMs, maxMs, chance }) => {
        const delay = retryDelayMs(attempt, { baseMs, maxMs, random: () => chance });
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(maxMs, baseMs * 2 ** Math.min(attempt - 1, 60)));
      }),
    );
  });
});

describe('a retry', () => {
  test('when it works at the third try, then its answer comes after two waits', async () => {
    const clock = createManualClock();
    const { calls, fn } = failing(2);
    const answer = retry(fn, { attempts: 5, clock, random: () => 1 });
    await clock.advance(499);
    expect(calls).toEqual([1]);
    await clock.advance(1);
    expect(calls).toEqual([1, 2]);
    await clock.advance(1_000);
    expect(await answer).toBe('done');
    expect(calls).toEqual([1, 2, 3]);
  });

  test('when the tries are used up, then the last error comes as it was', async () => {
    const clock = createManualClock();
    const { calls, fn } = failing(9);
    const outcome = expect(retry(fn, { attempts: 3, clock })).rejects.toBe(away);
    await clock.advance(10_000);
    await outcome;
    expect(calls).toEqual([1, 2, 3]);
  });

  test.each([new NotFoundError('gone'), new TypeError('a bug'), 'no error at all'])(
    'when %s can not be cured by trying again, then there is one try',
    async (thrown) => {
      const { calls, fn } = failing(9, thrown);
      await expect(retry(fn, { attempts: 3, clock: createManualClock() })).rejects.toBe(thrown);
      expect(calls).toEqual([1]);
    },
  );

  test('when the caller knows better, then the caller decides', async () => {
    const { calls, fn } = failing(1, new NotFoundError('not yet'));
    expect(await retry(fn, { attempts: 2, baseMs: 0, shouldRetry: (error) => error.code === 'NOT_FOUND' })).toBe('done');
    expect(calls).toEqual([1, 2]);
  });

  test('when the signal aborts while it waits, then its reason comes at once', async () => {
    const stop = new AbortController();
    const clock = createManualClock();
    const { calls, fn } = failing(9);
    const reason = new Error('enough');
    const outcome = expect(retry(fn, { attempts: 3, clock, signal: stop.signal, random: () => 1 })).rejects.toBe(reason);
    await clock.advance(10);
    stop.abort(reason);
    await outcome;
    expect(calls).toEqual([1]);
    expect(clock.pending()).toBe(0);
  });
});
