import { expect, test } from '@jest/globals';
import type { ClaimedItem } from '@otklik/contracts';
import { QueueError, createManualClock, silentLogger } from '@otklik/shared';
import { createDispatcher } from './dispatch-jobs.ts';

const item: ClaimedItem = { jobId: 'job', generation: 1, type: 'parse', priority: 'normal', lagMs: 0 };

/** A dispatcher whose queue refuses everything, and which finds the waiting job in every second round: others hold it in between. */
const build = () => {
  const clock = createManualClock();
  const told: string[] = [];
  const site = { isRefusing: true, isWaiting: true, rounds: 0 };
  const dispatcher = createDispatcher({
    jobs: {
      claimDispatch: async () => {
        site.rounds += 1;
        return site.isWaiting && site.rounds % 2 === 1 ? [item] : [];
      },
      releaseClaims: async () => undefined,
    },
    queue: {
      addBulk: async () => {
        if (site.isRefusing) throw new QueueError('The queue takes nothing.');
        site.isWaiting = false;
      },
    },
    logger: { ...silentLogger, warn: (message) => void told.push(message), info: (message) => void told.push(message) },
    clock,
    pollMs: 300,
  });
  return { clock, told, site, dispatcher };
};

test('when the queue refuses jobs that two processes try in turns, then each tells of it once, and once of the recovery', async () => {
  const { clock, told, site, dispatcher } = build();
  dispatcher.start();
  await clock.advance(3_000);
  expect(site.rounds).toBeGreaterThan(8);
  expect(told).toEqual(['background loop failed, trying again']);
  site.isRefusing = false;
  await clock.advance(1_000);
  expect(told).toEqual(['background loop failed, trying again', 'background loop recovered']);
  await dispatcher.stop();
});

test('when others took the jobs to the queue in the end, then the recovery is told all the same, a while later', async () => {
  const { clock, told, site, dispatcher } = build();
  dispatcher.start();
  await clock.advance(1_000);
  site.isWaiting = false;
  await clock.advance(10_000);
  expect(told).toEqual(['background loop failed, trying again', 'background loop recovered']);
  await dispatcher.stop();
});
