import { expect, test } from '@jest/globals';
import { createSeats } from './seats.ts';

test('when all seats are taken and too many wait, then whoever comes is sent away for a while, at no cost', async () => {
  const { signal } = new AbortController();
  const seats = createSeats({ seats: 1, maxWaiting: 1 });
  const leave = await seats.take(signal);
  const waiting = seats.take(signal);
  await expect(seats.take(signal)).rejects.toMatchObject({ code: 'MUST_WAIT', kind: 'capacity', waitMs: 2_000 });
  leave();
  (await waiting)();
  expect([seats.taken(), seats.waiting()]).toEqual([0, 0]);
});
