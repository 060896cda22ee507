import type { DefaultJobOptions, Queue } from 'bullmq';
import type { DeliveryState, QueueEntrance } from './queue-engine.ts';

/** Bytes of one message. Ids fit ten times over; data does not. */
export const MAX_MESSAGE_BYTES = 1_024;
const MAX_EVENTS = 1_000;

/** Attempts, backoff and delays are the row's business: a delivery ends once and never waits. */
const deliveryOptions: DefaultJobOptions = {
  attempts: 1,
  stackTraceLimit: 3,
  keepLogs: 50,
  sizeLimit: MAX_MESSAGE_BYTES,
};

/** Options of a queue on any store. */
export const queueOptions = { defaultJobOptions: deliveryOptions, streams: { events: { maxLen: MAX_EVENTS } } };

/** What both backends of BullMQ have in common. */
export type BullQueue = Pick<
  Queue,
  'addBulk' | 'getJobState' | 'getJobCounts' | 'getRanges' | 'isPaused' | 'resume' | 'remove' | 'close'
> & {
  getBackend(): { setQueueMeta(values: Record<string, string | number>): Promise<number> };
};

/** BullMQ's queue behind our type. */
export const createEntrance = (queue: BullQueue): QueueEntrance => {
  let hasSettings = false;
  const writeSettings = async (): Promise<void> => {
    if (hasSettings) return;
    await queue.getBackend().setQueueMeta({ 'opts.maxLenEvents': MAX_EVENTS });
    hasSettings = true;
  };

  return {
    add: async (deliveries) => {
      // BullMQ writes it once when the queue is opened, which fails in silence while the store is away.
      await writeSettings();
      await queue.addBulk(
        deliveries.map(({ id, summary, message, band }) => ({
          name: summary,
          data: message,
          opts: { jobId: id, priority: band },
        })),
      );
    },
    stateOf: async (id) => toDeliveryState(await queue.getJobState(id)),
    remove: async (id) => {
      await queue.remove(id);
    },
    waitingIds: ({ start, limit }) => queue.getRanges([...WAITING_SHELVES], start, start + limit - 1, true),
    resume: async () => {
      if (!(await queue.isPaused())) return false;
      await queue.resume();
      return true;
    },
    counts: async () => {
      const counts = await queue.getJobCounts('waiting', 'prioritized', 'active');
      return { waiting: (counts['waiting'] ?? 0) + (counts['prioritized'] ?? 0), active: counts['active'] ?? 0 };
    },
    isPaused: () => queue.isPaused(),
    forgetSettings: () => {
      hasSettings = false;
    },
    close: () => queue.close(),
  };
};

/** Ours wait in `prioritized`; what somebody put elsewhere, or what an older version left, is found there. */
const WAITING_SHELVES = ['prioritized', 'waiting', 'delayed', 'waiting-children'] as const;

const toDeliveryState = (state: string): DeliveryState => {
  switch (state) {
    case 'active':
      return 'active';
    case 'completed':
    case 'failed':
      return 'finished';
    case 'unknown':
      return 'absent';
    case 'delayed':
    case 'waiting-children':
      return 'astray';
    default:
      return 'waiting';
  }
};
