import { expect, test } from '@jest/globals';
import type { QueueStoreFacts } from '@otklik/queue';
import { createMetrics, silentLogger } from '@otklik/shared';
import { tellQueueStore } from './queue-store-metrics.ts';

const redis: QueueStoreFacts = { kind: 'redis', version: '7.4.9', memory: { usedBytes: 5, maxBytes: 10, evicts: false } };
const postgres: QueueStoreFacts = { kind: 'postgres', version: '18.0', memory: null };

/** Tells of a store that answers with whatever `facts` is at the time; null: it does not answer. */
const tell = (first: QueueStoreFacts | null) => {
  let facts = first;
  const readFacts = async (): Promise<QueueStoreFacts> => {
    if (facts === null) throw new Error('away');
    return facts;
  };
  const metrics = createMetrics({ service: 'test', version: '1', logger: silentLogger });
  tellQueueStore({ metrics, engine: { readFacts }, logger: silentLogger });
  const told = async (): Promise<readonly string[]> =>
    (await metrics.expose()).text.split('\n').filter((line) => line.startsWith('otklik_queue_store_'));
  return { told, become: (next: QueueStoreFacts | null) => void (facts = next) };
};

const OF_REDIS = [
  'otklik_queue_store_up 1',
  'otklik_queue_store_memory_bytes 5',
  'otklik_queue_store_memory_max_bytes 10',
  'otklik_queue_store_noeviction 1',
];

test('when the queue’s Redis goes away, then its memory and its policy are not told, rather than those of a while ago', async () => {
  const { told, become } = tell(redis);
  expect(await told()).toEqual(OF_REDIS);
  become(null);
  expect(await told()).toEqual(['otklik_queue_store_up 0']);
  become(redis);
  expect(await told()).toEqual(OF_REDIS);
});

test('when the queue is on PostgreSQL, or has not answered yet, then nobody is told that it throws jobs away', async () => {
  expect(await tell(postgres).told()).toEqual(['otklik_queue_store_up 1']);
  expect(await tell(null).told()).toEqual(['otklik_queue_store_up 0']);
});
