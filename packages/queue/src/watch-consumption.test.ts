import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { silentLogger } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { type ConsumptionWatch, watchConsumption } from './watch-consumption.ts';

type World = { hasRoom: boolean; backlog: () => Promise<boolean>; taken: () => number };

describe('the watch of a worker', () => {
  let watch: ConsumptionWatch;
  afterEach(() => watch.stop());

  /** Watches a world that lets everything be suspicious, but for what is said; tells how often it looked and renewed. */
  const watching = (more: Partial<World>) => {
    const world: World = { hasRoom: true, backlog: async () => true, taken: () => 0, ...more };
    const told = { looks: 0, renewals: 0, reasons: 0 };
    watch = watchConsumption({
      type: 'parse',
      hasRoom: () => {
        told.looks += 1;
        return world.hasRoom;
      },
      taken: () => world.taken(),
      hasBacklog: () => world.backlog(),
      renew: () => {
        told.renewals += 1;
        return renewing.promise;
      },
      giveUp: () => (told.reasons += 1),
      suspicionMs: 6,
      logger: silentLogger,
    });
    return { told, world };
  };
  let count = 0;
  /** As long as this is pending, a renewal goes on and nobody looks. */
  let renewing = Promise.withResolvers<void>();
  beforeEach(() => {
    renewing = Promise.withResolvers();
  });

  test.each<[string, Partial<World>]>([
    ['all slots are taken', { hasRoom: false }],
    ['nothing waits', { backlog: async () => false }],
    ['the store does not answer', { backlog: async () => Promise.reject(new Error('down')) }],
    ['deliveries are taken', { taken: () => (count += 1) }],
  ])('when %s, then nothing is done', async (_what, world) => {
    const { told } = watching(world);
    await waitFor(() => told.looks >= 30);
    expect(told).toMatchObject({ renewals: 0, reasons: 0 });
  });

  test('when the store was away, then the time of suspicion begins anew', async () => {
    let asked = 0;
    // Every sixth question fails: never seven in a row are answered with a backlog.
    const { told, world } = watching({
      backlog: async () => {
        asked += 1;
        if (asked % 6 === 0) throw new Error('down');
        return true;
      },
    });
    await waitFor(() => told.looks >= 40);
    expect(told.renewals).toBe(0);
    world.backlog = async () => true;
    await waitFor(() => told.renewals === 1);
  });

  test('when a worker takes again after it was opened anew, then that counts as mended', async () => {
    const { told, world } = watching({});
    let taken = 0;
    world.taken = () => taken;
    for (const renewals of [1, 2, 3, 4]) {
      await waitFor(() => told.renewals === renewals);
      taken += 1;
      const done = renewing;
      renewing = Promise.withResolvers();
      done.resolve();
    }
    expect(told.reasons).toBe(0);
  });
});
