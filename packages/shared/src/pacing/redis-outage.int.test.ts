import { afterEach, expect, test } from '@jest/globals';
import { type Pacing, createLogger, openRedisPacing } from '@otklik/shared';
import { describeWithRedis, startPrivateRedis, waitFor } from '@otklik/testing';

const never = new AbortController().signal;
const limit = { perSecond: 200 };

describeWithRedis('when the Redis of pacing is away', () => {
  let pacing: Pacing;
  let lines: { message: string }[] = [];
  const logger = createLogger({ level: 'info', service: 'test', write: (line) => void lines.push(JSON.parse(line)) });
  const told = (): string[] => lines.map(({ message }) => message);
  afterEach(() => pacing.close());

  test('then requests go on, slower, and the outage is told in two lines', async () => {
    const redis = await startPrivateRedis();
    // A busy machine answers late, and that is no outage.
    pacing = openRedisPacing({ url: redis.url, logger, retryAfterMs: 50, deadlineMs: 5_000 });
    await pacing.turn('key', limit, never);
    await redis.kill();
    for (let count = 0; count < 5; count += 1) await pacing.turn('key', limit, never);
    expect(told()).toEqual(['pacing store unreachable, requests are paced by each process alone']);
    await redis.restart();
    await waitFor(async () => told().includes('pacing store reachable again'));
    for (let count = 0; count < 5; count += 1) await pacing.turn('key', limit, never);
    expect(told()).toHaveLength(2);
    await redis.stop();
  });

  test('then who was never connected takes a quarter of the limit', async () => {
    lines = [];
    pacing = openRedisPacing({ url: 'redis://127.0.0.1:1', logger, retryAfterMs: 50 });
    // From before the first: one that starts late is made up for.
    const before = performance.now();
    for (let count = 0; count < 4; count += 1) await pacing.turn('key', { perSecond: 40 }, never);
    // At the full rate four take 76 ms.
    expect(performance.now() - before).toBeGreaterThan(190);
  });
});
