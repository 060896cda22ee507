import type { Clock } from '../clock/clock.ts';
import type { SharedSlots } from './redis-slots.ts';
import type { Slots } from './slots.ts';

type Deps = {
  readonly shared: SharedSlots;
  /** Of this process alone. */
  readonly own: Slots;
  readonly clock: Pick<Clock, 'now'>;
};

/** Taken for the number of processes while nobody knows it. */
const UNKNOWN_SHARERS = 4;
/** Whoever paced alone keeps this distance to the first slot that is shared again. */
const REST_MS = 1_000;

/**
 * Shared slots, and slots of this process alone while the shared ones are away: then each of the processes that shared the
 * key keeps to its part of the limit.
 */
export const createSlotsOfAll = ({ shared, own, clock }: Deps): Slots => {
  const aloneUntil = new Map<string, number>();
  return {
    take: async (key, limit) => {
      const restMs = (aloneUntil.get(key) ?? -Infinity) + REST_MS - clock.now();
      if (shared.isThere() && restMs > 0) return { kind: 'later', ms: restMs };
      const answer = await shared.take(key, limit);
      if (answer.kind !== 'away') {
        aloneUntil.delete(key);
        return answer;
      }
      const part = await own.take(key, { perSecond: limit.perSecond / (shared.sharers() ?? UNKNOWN_SHARERS) });
      if (part.kind === 'slot') aloneUntil.set(key, part.at);
      return part;
    },
    slower: async (key, ms) => {
      await Promise.all([shared.slower(key, ms), own.slower(key, ms)]);
    },
    close: () => {
      shared.close();
      own.close();
    },
  };
};
