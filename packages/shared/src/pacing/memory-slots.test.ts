import { describe, expect, test } from '@jest/globals';
import { createManualClock } from '../clock/manual-clock.ts';
import { createMemorySlots } from './memory-slots.ts';
import type { PaceLimit } from './pacing.ts';
import { HORIZON_MS, presumedLateMs } from './rhythm.ts';
import type { Slot } from './slots.ts';

const three: PaceLimit = { perSecond: 3 };

/** A book whose slots are taken as soon as they can be, at times of its clock. */
const aBook = () => {
  const clock = createManualClock();
  const slots = createMemorySlots({ clock });
  const next = async (limit = three): Promise<Slot> => {
    for (;;) {
      const answer = await slots.take('key', limit);
      if (answer.kind === 'slot') return answer;
      await clock.advance(answer.ms);
    }
  };
  const times = async (count: number): Promise<number[]> => {
    const all = [];
    for (let index = 0; index < count; index += 1) all.push((await next()).at);
    return all;
  };
  return { clock, slots, next, times };
};

/** From each start to the one three later: what VK's window must never find under 1,000 ms. */
const spansOf = (starts: readonly number[]): number[] => starts.slice(3).map((at, index) => at - (starts[index] ?? 0));

describe('slots of one process', () => {
  test('when slots are taken as they come, then four starts span 1,016 ms at least and 98 % of the limit is used', async () => {
    const starts = await aBook().times(181);
    expect(Math.min(...spansOf(starts))).toBeGreaterThan(1_015.99);
    expect(((starts.length - 1) / ((starts.at(-1) ?? 0) - (starts[0] ?? 0))) * 1_000).toBeGreaterThan(0.978 * 3);
  });

  test('when a slot is far, then it is not reserved, and whoever asks is told to come back before it', async () => {
    const { slots, next } = aBook();
    await next();
    await next();
    const far = await slots.take('key', three);
    expect(far).toEqual({ kind: 'later', ms: expect.any(Number) });
    expect(await slots.take('key', three)).toEqual(far);
    expect(await slots.take('other', three)).toMatchObject({ kind: 'slot' });
  });

  test('when a request starts late, then the one three later keeps its distance, and the lost time is made up for', async () => {
    const { next, times } = aBook();
    await times(9);
    const late = await next();
    // Told twice: when the process woke up, and when the request was on its way.
    late.late(10);
    late.late(40);
    const starts = [late.at + 40, ...(await times(90))];
    expect(Math.min(...spansOf(starts))).toBeGreaterThan(1_015.99);
    expect(starts.at(-1)).toBeCloseTo((await aBook().times(100)).at(-1) ?? 0, 3);
  });

  test.each([
    [5, 5],
    [60, 80],
    [400, 450],
  ])('when a start was %i ms late, then it is taken to arrive %i ms late', (lateMs, presumed) => {
    expect(presumedLateMs(lateMs)).toBe(presumed);
  });

  test('when a slot is given back, then the next one gets it', async () => {
    const { next, times } = aBook();
    await times(5);
    const mine = await next();
    await mine.giveBack();
    expect((await next()).at).toBeCloseTo(mine.at, 3);
  });

  test('when who reserved a slot dies with it, then that slot is lost and no other', async () => {
    const { next, times } = aBook();
    await next();
    const [, , fourth] = await times(3);
    expect(fourth).toBeLessThan(1_100);
  });

  test('when VK says "too many", then nobody starts for that long, then slower, and after minutes as before', async () => {
    const { clock, slots, times } = aBook();
    await times(4);
    const before = clock.now();
    // Several in flight hear it together: once is meant.
    for (let count = 0; count < 3; count += 1) await slots.slower('key', 1_000);
    const [first = 0, ...rest] = await times(10);
    expect(first).toBeGreaterThanOrEqual(before + 1_000);
    expect(Math.min(...spansOf([first, ...rest]))).toBeGreaterThan(1_016 * 1.045);
    expect(Math.max(...spansOf([first, ...rest]))).toBeLessThan(1_020 * 1.06);
    await clock.advance(300_000);
    expect(Math.max(...spansOf(await times(10)))).toBeLessThan(1_021);
  });

  test('when VK says it over and over, then the pace is halved and no more', async () => {
    const { clock, slots, times } = aBook();
    for (let count = 0; count < 40; count += 1) {
      await slots.slower('key', 0);
      await clock.advance(1_000);
    }
    const spans = spansOf(await times(8)).slice(2);
    expect(Math.min(...spans)).toBeGreaterThan(1.9 * 1_016);
    expect(Math.max(...spans)).toBeLessThan(2 * 1_021);
  });

  test.each([0.5, 2.5, 20, 1_000])('when the limit is %s a second, then that is the pace', async (perSecond) => {
    const { next } = aBook();
    const first = (await next({ perSecond })).at;
    let last = first;
    for (let count = 0; count < 200; count += 1) last = (await next({ perSecond })).at;
    expect(200_000 / (last - first) / perSecond).toBeGreaterThan(0.98);
    expect(200_000 / (last - first) / perSecond).toBeLessThan(1);
  });

  test('when a slot is granted, then it is near', async () => {
    const { clock, next } = aBook();
    for (let count = 0; count < 20; count += 1) expect((await next()).at - clock.now()).toBeLessThanOrEqual(HORIZON_MS + 0.001);
  });
});
