import { describe, expect, test } from '@jest/globals';
import { createLogger, silentLogger } from '../logging/logger.ts';
import { createMetrics } from './create-metrics.ts';

const create = () => createMetrics({ service: 'test', version: '1.2.3', logger: silentLogger });

describe('the metrics of a process', () => {
  test('when something was counted, set or observed, then a scrape tells it in the format of Prometheus', async () => {
    const metrics = create();
    metrics.counter({ name: 'otklik_made_total', help: 'Made.', labels: ['kind'] }).inc({ kind: 'a' }, 3);
    metrics.gauge({ name: 'otklik_open', help: 'Open.' }).set({}, 7);
    metrics.histogram({ name: 'otklik_took_seconds', help: 'Took.', buckets: [1, 2] }).observe({}, 1.5);
    const { contentType, text } = await metrics.expose();
    expect(contentType).toContain('text/plain');
    const lines = text.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'otklik_build_info{service="test",version="1.2.3"} 1',
        'otklik_made_total{kind="a"} 3',
        'otklik_open 7',
        'otklik_took_seconds_bucket{le="1"} 0',
        'otklik_took_seconds_bucket{le="2"} 1',
        'otklik_took_seconds_count 1',
      ]),
    );
    expect(text).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(text).toContain('process_resident_memory_bytes');
  });

  test('when two parts ask for the same metric, then they share it', async () => {
    const metrics = create();
    metrics.counter({ name: 'otklik_shared_total', help: 'Shared.' }).inc({});
    metrics.counter({ name: 'otklik_shared_total', help: 'Shared.' }).inc({});
    expect((await metrics.expose()).text).toContain('otklik_shared_total 2');
  });

  test('when nothing was observed yet, then a histogram that is to be watched from the start tells zero', async () => {
    const metrics = create();
    metrics.histogram({ name: 'otklik_took_seconds', help: 'Took.', labels: ['kind'], buckets: [1] }).zero({ kind: 'a' });
    expect((await metrics.expose()).text).toContain('otklik_took_seconds_count{kind="a"} 0');
  });

  test('when a gauge is reset, then nothing is told of it until it is set again, with labels and without', async () => {
    const metrics = create();
    const plain = metrics.gauge({ name: 'otklik_plain', help: 'Plain.' });
    const labelled = metrics.gauge({ name: 'otklik_labelled', help: 'Labelled.', labels: ['kind'] });
    plain.set({}, 7);
    labelled.set({ kind: 'a' }, 7);
    for (const gauge of [plain, labelled]) gauge.reset();
    expect((await metrics.expose()).text).not.toMatch(/^otklik_(plain|labelled)\b/m);
    plain.set({}, 8);
    expect((await metrics.expose()).text).toContain('otklik_plain 8');
  });

  test('when two processes count, then neither sees the numbers of the other', async () => {
    const first = create();
    first.counter({ name: 'otklik_own_total', help: 'Own.' }).inc({});
    expect((await create().expose()).text).not.toContain('otklik_own_total');
  });

  test('when one part of a scrape fails or hangs, then the log names it and the rest is told', async () => {
    const lines: string[] = [];
    const logger = createLogger({ level: 'warn', service: 'test', write: (line) => lines.push(line) });
    const metrics = createMetrics({ service: 'test', version: '1', logger });
    const gauge = metrics.gauge({ name: 'otklik_filled', help: 'Filled.' });
    metrics.onScrape('broken', () => {
      throw new Error('away');
    });
    metrics.onScrape('hanging', () => new Promise(() => undefined));
    metrics.onScrape('whole', () => gauge.set({}, 1));
    expect((await metrics.expose()).text).toContain('otklik_filled 1');
    expect(lines.map((line) => String(JSON.parse(line).part)).toSorted()).toEqual(['broken', 'hanging']);
  });
});
