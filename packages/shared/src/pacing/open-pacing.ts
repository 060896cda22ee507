import { type Clock, systemClock } from '../clock/clock.ts';
import { type Logger, silentLogger } from '../logging/logger.ts';
import { type Lane, createLane } from './lane.ts';
import { createMemorySlots } from './memory-slots.ts';
import type { Pacing } from './pacing.ts';
import { type RedisSlotsOptions, openRedisSlots } from './redis-slots.ts';
import { createSlotsOfAll } from './slots-of-all.ts';
import type { Slots } from './slots.ts';

type Common = { readonly clock?: Clock };

export type RedisPacingOptions = Common & Omit<RedisSlotsOptions, 'clock' | 'logger'> & { readonly logger?: Logger };

/** Paces this process alone. */
export const createMemoryPacing = ({ clock = systemClock }: Common = {}): Pacing =>
  createPacing({ slots: createMemorySlots({ clock }), clock });

/**
 * Paces all processes together. Never waits for Redis to be reachable: while it is away each process keeps to its part of the
 * limit by itself.
 */
export const openRedisPacing = ({ clock = systemClock, logger = silentLogger, ...options }: RedisPacingOptions): Pacing => {
  const shared = openRedisSlots({ ...options, clock, logger });
  return createPacing({ slots: createSlotsOfAll({ shared, own: createMemorySlots({ clock }), clock }), clock });
};

/** The pacing of a process of the product: together with all others where a URL says so. */
export const openPacing = ({ url, ...options }: Omit<RedisPacingOptions, 'url'> & { readonly url: string | undefined }): Pacing =>
  url === undefined ? createMemoryPacing(options) : openRedisPacing({ ...options, url });

const createPacing = ({ slots, clock }: { readonly slots: Slots; readonly clock: Clock }): Pacing => {
  const lanes = new Map<string, Lane>();
  const laneOf = (key: string): Lane => {
    const lane =
      lanes.get(key) ??
      createLane({
        take: (limit) => slots.take(key, limit),
        clock,
        onIdle: () => void lanes.delete(key),
        onGivenBack: () => lanes.get(key)?.nudge(),
      });
    lanes.set(key, lane);
    return lane;
  };
  return {
    turn: (key, limit, signal) => laneOf(key).turn(limit, signal),
    slower: slots.slower,
    close: async () => {
      for (const lane of lanes.values()) lane.close();
      slots.close();
    },
  };
};
