import { expect, test } from '@jest/globals';
import { DatabaseError, createManualClock, silentLogger } from '@otklik/shared';
import { makeRunSteps } from './repair-steps.ts';

test('when a repair fails while another one has more to do than its time allows, then it is told, once for as long as it fails', async () => {
  const clock = createManualClock();
  const slow = new DatabaseError('DB_TIMEOUT', 'too slow');
  const told: unknown[] = [];
  let isSlow = true;
  const run = makeRunSteps({
    steps: [
      {
        kind: 'settled',
        repair: async () => {
          if (isSlow) throw slow;
          return { count: 0, hasMore: false };
        },
      },
      {
        kind: 'absentRequeued',
        repair: async () => {
          await clock.advance(2_000);
          return { count: 500, hasMore: true };
        },
      },
    ],
    isLeader: () => true,
    clock,
    logger: { ...silentLogger, warn: (_, fields) => void told.push(fields) },
  });
  for (let round = 0; round < 3; round += 1) expect(await run()).toMatchObject({ hasMore: true });
  expect(told).toEqual([{ step: 'settled', error: slow }]);
  isSlow = false;
  await run();
  isSlow = true;
  await run();
  expect(told).toHaveLength(2);
});
