import { type DispatchItem, type JobType, jobTypes } from '@otklik/contracts';
import { deliveryId, identityOf, toDelivery } from './outgoing-delivery.ts';
import { openOnUse } from './open-on-use.ts';
import type { DeliveryState, QueueCounts, QueueEngine, QueueEntrance } from './queue-engine.ts';

/** One round trip: large enough to pay, small enough to end well within the deadline. */
const ADD_BATCH = 500;
/** Questions about single deliveries that are under way at once. */
const LOOK_UP_BATCH = 100;

type Identity = Pick<DispatchItem, 'jobId' | 'generation' | 'type'>;

/**
 * The entrance of the queue for one process. Every call ends within seconds and rejects with QueueError when the
 * store is down, frozen or half-open; it works again as soon as the store does.
 */
export type Producer = {
  /**
   * Puts deliveries into the queues of their types. Adding one that is there is a no-op. On QueueError some may have
   * been added.
   */
  addBulk(items: readonly DispatchItem[]): Promise<void>;
  /** Those of the items whose delivery is not there any more, has ended, or lies where nobody takes it. */
  findAbsent(items: readonly DispatchItem[]): Promise<DispatchItem[]>;
  /** Takes deliveries of cancelled jobs out of the queue as far as they wait. Only tidies up: workers drop them anyway. */
  removeWaiting(items: readonly Identity[]): Promise<void>;
  /** What waits in the queue of a type from place `start` on; `size` counts those as well whose id is none of ours. */
  listWaiting(
    type: JobType,
    page: { readonly start: number; readonly limit: number },
  ): Promise<{ readonly items: readonly Identity[]; readonly size: number }>;
  /** Ends a pause of the store's own, which we never use. Says whether there was one. */
  resume(type: JobType): Promise<boolean>;
  /** Per type. PostgreSQL: 0 while a queue is paused. */
  counts(): Promise<ReadonlyMap<JobType, QueueCounts>>;
  /** Id that lives and dies with the contents of the queue; null when there is none. */
  readEpoch(): Promise<string | null>;
  writeEpoch(epoch: string): Promise<void>;
  /** Gives back what the producer holds; the engine stays open. */
  close(): Promise<void>;
};

export const createProducer = ({ engine }: { readonly engine: QueueEngine }): Producer => {
  const entrances = openOnUse({ open: (type) => engine.openEntrance(type) });
  const ask = <T>(type: JobType, call: (entrance: QueueEntrance) => Promise<T>): Promise<T> =>
    engine.ask(async () => call(await entrances.get(type)));

  return {
    addBulk: async (items) => {
      for (const [type, ofType] of Map.groupBy(items, (item) => item.type))
        for (const batch of batches(ofType, ADD_BATCH)) {
          const deliveries = batch.map(toDelivery);
          await ask(type, (entrance) => entrance.add(deliveries));
        }
    },
    findAbsent: async (items) => {
      const absent: DispatchItem[] = [];
      for (const batch of batches(items, LOOK_UP_BATCH)) {
        const states = await Promise.all(batch.map((item) => ask(item.type, (entrance) => entrance.stateOf(deliveryId(item)))));
        absent.push(...batch.filter((_item, index) => isLost(states[index])));
      }
      return absent;
    },
    removeWaiting: async (items) => {
      for (const batch of batches(items, LOOK_UP_BATCH))
        await Promise.all(batch.map((item) => ask(item.type, (entrance) => entrance.remove(deliveryId(item)))));
    },
    listWaiting: async (type, page) => {
      const ids = await ask(type, (entrance) => entrance.waitingIds(page));
      return { items: ids.flatMap((id) => identityOf(id, type)), size: ids.length };
    },
    resume: (type) => ask(type, (entrance) => entrance.resume()),
    counts: async () => {
      const counted = jobTypes.map(async (type) => [type, await ask(type, (entrance) => entrance.counts())] as const);
      return new Map(await Promise.all(counted));
    },
    readEpoch: () => engine.readEpoch(),
    writeEpoch: async (epoch) => {
      await engine.writeEpoch(epoch);
      entrances.forEach((entrance) => entrance.forgetSettings());
    },
    close: () => entrances.close(),
  };
};

const isLost = (state: DeliveryState | undefined): boolean => state === 'absent' || state === 'finished' || state === 'astray';

function* batches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
