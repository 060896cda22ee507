import { setTimeout as pass } from 'node:timers/promises';
import { openTieredCache, runApp } from '@otklik/shared';
import { parseArgs } from 'node:util';
import { sharedNow } from '../site/shared-now.ts';
import { ROUND } from './round-key.ts';

/** One of the processes that an invalidation has to reach: tells when it sees each value for the first time. */
await runApp({
  main: async (stop) => {
    const { values } = parseArgs({ options: { redis: { type: 'string', default: '' } } });
    const cache = openTieredCache({ url: values.redis });
    let seen = 0;
    while (!stop.aborted) {
      const round = (await cache.get(ROUND)) ?? seen;
      if (round !== seen) process.stdout.write(`saw ${round} at ${sharedNow()}\n`);
      seen = round;
      await pass(1);
    }
    await cache.close();
  },
});
