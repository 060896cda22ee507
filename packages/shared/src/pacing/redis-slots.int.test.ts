import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { askRedis, describeWithRedis, testRedis, waitFor } from '@otklik/testing';
import { type SharedSlots, openRedisSlots } from './redis-slots.ts';
import { HORIZON_MS, rhythmOf } from './rhythm.ts';

const limit = { perSecond: 0.01 };
const LAG_MS = 60_000;

/** What a clock an hour ahead has written. */
const AN_HOUR_LATER = `
local book = cmsgpack.unpack(redis.call('GET', KEYS[1]))
for name, value in pairs(book) do
  if type(value) == 'number' and value > 1000000 then book[name] = value + 3600000000 end
end
for i, start in ipairs(book.starts) do book.starts[i] = start + 3600000000 end
redis.call('SET', KEYS[1], cmsgpack.pack(book))`;

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

  test('when the clock of Redis is set back by an hour, then the next start keeps its distance, and waits no longer', async () => {
    const { url, prefix } = testRedis();
    slots = openRedisSlots({ url, prefix, deadlineMs: 30_000, clock: performance, logger: silentLogger });
    await slots.take('key', limit);
    await askRedis(url, ['EVAL', AN_HOUR_LATER, '1', `${prefix}:pace:key`]);
    const next = await slots.take('key', limit);
    expect(next.kind).toBe('later');
    expect('ms' in next && (next.ms + HORIZON_MS) / rhythmOf(limit).windowMs).toBeCloseTo(1, 1);
  });
});
