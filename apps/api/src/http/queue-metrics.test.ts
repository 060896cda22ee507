import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { QueueDepth } from '@otklik/contracts';
import { createMetrics, silentLogger } from '@otklik/shared';
import { tellQueues } from './queue-metrics.ts';

test('when the database goes away, then the depth of the queues is not told, rather than the one of a while ago', async () => {
  const depth: QueueDepth = { type: 'parse', priority: 'normal', waiting: 7, running: 1, oldestSeconds: 3 };
  let isAway = false;
  const ask = async <T>(answer: T): Promise<readonly T[]> => {
    if (isAway) throw new Error('away');
    return [answer];
  };
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  const pauses = { list: () => ask({ type: 'parse' as const, pausedBy: 'key', pausedAt: new Date(), isDraining: false }) };
  tellQueues({ metrics, queueDepths: () => ask(depth), pauses, workers: { list: async () => [] } });
  expect((await metrics.expose()).text).toContain('otklik_queue_jobs{type="parse",priority="normal",state="waiting"} 7');
  isAway = true;
  const { text } = await metrics.expose();
  expect(text).not.toContain('otklik_queue_jobs{');
  expect(text).not.toContain('otklik_queue_oldest_waiting_seconds{');
  expect(text).not.toContain('otklik_queue_paused{');
});

test('when two scrapes come at the same time, then the one that is slow takes nothing from the other', async () => {
  const depth: QueueDepth = { type: 'parse', priority: 'normal', waiting: 7, running: 1, oldestSeconds: 3 };
  const held = Promise.withResolvers<readonly QueueDepth[]>();
  const rest = Promise.withResolvers<void>();
  const answers = [Promise.resolve([depth]), held.promise];
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  const queueDepths = (): Promise<readonly QueueDepth[]> => answers.shift() ?? held.promise;
  tellQueues({ metrics, queueDepths, pauses: { list: async () => [] }, workers: { list: async () => [] } });
  metrics.onScrape('the rest of the first scrape', () => rest.promise);
  const first = metrics.expose();
  await setImmediate();
  const second = metrics.expose();
  rest.resolve();
  expect((await first).text).toContain('otklik_queue_jobs{type="parse",priority="normal",state="waiting"} 7');
  held.resolve([depth]);
  expect((await second).text).toContain('otklik_queue_jobs{');
});
