import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { describeWithRedis, testRedis, waitFor } from '@otklik/testing';
import { type SharedSlots, openRedisSlots } from './redis-slots.ts';
import { HORIZON_MS, rhythmOf } from './rhythm.ts';

const limit = { perSecond: 0.01 };
const LAG_MS = 60_000;

describeWithRedis('slots of all processes', () => {
  let slots: SharedSlots;
  afterEach(() => slots.close());

  test('when the first answer was long under way, then the next start keeps its distance from the latest moment of the first', async () => {
    let looks = 0;
    // The first look is before the question, the second after the answer.
    const now = (): number => performance.now() + (looks++ === 0 ? 0 : LAG_MS);
    slots = openRedisSlots({ ...testRedis(), deadlineMs: 30_000, clock: { now }, logger: silentLogger });
    const before = performance.now();
    await slots.take('key', limit);
    await waitFor(async () => {
      const next = await slots.take('key', limit);
      expect(next.kind).toBe('later');
      const leftMs = 'ms' in next ? next.ms : 0;
      const passedMs = performance.now() - before;
      return leftMs + HORIZON_MS + passedMs >= LAG_MS + rhythmOf(limit).windowMs;
    });
  });
});
