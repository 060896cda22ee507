import { afterEach, describe, test } from '@jest/globals';
import { describeWithRedis, testRedis } from '@otklik/testing';
import { type Pacing, createMemoryPacing, openRedisPacing } from '@otklik/shared';
import { pacingPromises } from './testing/pacing-promises.ts';

/** Every promise, with keys that nobody has used. */
const keepsThem = (open: () => readonly Pacing[]): void => {
  let pacings: readonly Pacing[] = [];
  afterEach(() => Promise.all(pacings.map((pacing) => pacing.close())));
  test.each(pacingPromises)('$title', async ({ run }) => {
    pacings = open();
    await run(pacings);
  });
};

describe('what pacing promises: in memory', () => keepsThem(() => [createMemoryPacing()]));

describeWithRedis('what pacing promises: three who share a Redis', () =>
  keepsThem(() => {
    const { url, prefix } = testRedis();
    // The machine of a test may be busy; that is not what is tried here.
    return Array.from({ length: 3 }, () => openRedisPacing({ url, prefix, deadlineMs: 5_000 }));
  }),
);
