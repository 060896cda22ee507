import { beforeEach, describe, expect, test } from '@jest/globals';
import type { StartOutcome } from '@otklik/contracts';
import { createManualClock } from '@otklik/shared';
import { makeStart } from './start-attempt.ts';

const held: StartOutcome = { kind: 'held', staleInMs: 4_000 };
const takenOver: StartOutcome = { kind: 'dropped', reason: 'not-queued' };

/** Until then the silence of others says nothing. */
let unsureUntil = 0;
beforeEach(() => {
  unsureUntil = 0;
});

const build = (...outcomes: readonly StartOutcome[]) => {
  const clock = createManualClock();
  const shutdown = new AbortController();
  let asked = 0;
  const jobs = { start: async () => outcomes[asked++] ?? takenOver };
  const judge = { waitMs: () => (clock.now() < unsureUntil ? unsureUntil - clock.now() : 0) };
  const start = makeStart({ jobs, judge, worker: 'w', staleAfterMs: 10_000, shutdown: shutdown.signal, clock });
  const begin = (isAgain: boolean) => start({ jobId: 'j', generation: 1, isAgain }, new AbortController().signal);
  return { clock, shutdown, begin, asked: () => asked };
};

describe('a delivery of a job that somebody runs', () => {
  test('when it comes again before the heartbeat is old, then it waits until it would be, and asks once more', async () => {
    const { clock, begin, asked } = build(held, takenOver);
    const outcome = begin(true);
    await clock.advance(3_999);
    expect(asked()).toBe(1);
    await clock.advance(1);
    expect(await outcome).toBe(takenOver);
  });

  test('when that worker is heard meanwhile, then the job is left to it', async () => {
    const { clock, begin, asked } = build(held, held);
    const outcome = begin(true);
    await clock.advance(4_000);
    expect([await outcome, asked(), clock.pending()]).toEqual([held, 2, 0]);
  });

  test('when the database was away, then it asks once the worker that had it can have been heard, and a new delivery asks at once', async () => {
    unsureUntil = 8_000;
    const { clock, begin, asked } = build(takenOver);
    const outcome = begin(true);
    await clock.advance(7_999);
    expect(asked()).toBe(0);
    await clock.advance(1);
    expect([await outcome, asked()]).toEqual([takenOver, 1]);
    unsureUntil = 16_000;
    expect(await build(held).begin(false)).toBe(held);
  });

  test('when it comes for the first time, or the process goes down, then nobody waits', async () => {
    expect(await build(held).begin(false)).toBe(held);
    const { clock, shutdown, begin, asked } = build(held);
    const outcome = begin(true);
    await clock.advance(0);
    shutdown.abort();
    expect([await outcome, asked()]).toEqual([held, 1]);
  });
});
