import { describe, expect, test } from '@jest/globals';
import { JobTimeout, Shutdown, createManualClock, noMetrics, silentLogger } from '@otklik/shared';
import { makeHoldToSignal } from './abandoned-work.ts';

const build = () => {
  const clock = createManualClock();
  const reasons: string[] = [];
  const out: number[] = [];
  const holdToSignal = makeHoldToSignal({
    clock,
    logger: silentLogger,
    metrics: { ...noMetrics, gauge: () => ({ set: (_, value) => void out.push(value), reset: () => undefined }) },
    giveUp: (reason) => void reasons.push(reason),
    timing: { abandonAfterMs: 10_000, comeBackMs: 60_000, maxAbandoned: 2 },
  });
  /** Work that heeds nothing, and the signal that asks it to end. */
  const begin = () => {
    const work = Promise.withResolvers<string>();
    const signal = new AbortController();
    let ended: unknown;
    const held = holdToSignal('parse', work.promise, signal.signal).then(
      (value) => (ended = value),
      (thrown: unknown) => (ended = thrown),
    );
    return { work, signal, held, ended: () => ended };
  };
  return { clock, reasons, out, begin };
};

const late = new JobTimeout('too long');

describe('work that is held to its signal', () => {
  test('when it ends by itself, or within the grace, then its own outcome counts and no timer stays behind', async () => {
    const { clock, reasons, begin } = build();
    const quick = begin();
    quick.work.resolve('done');
    await quick.held;
    const slow = begin();
    slow.signal.abort(late);
    await clock.advance(9_999);
    slow.work.resolve('just in time');
    await slow.held;
    expect([quick.ended(), slow.ended(), clock.pending(), reasons]).toEqual(['done', 'just in time', 0, []]);
  });

  test('when it ignores its signal, then the attempt ends after the grace with the reason, and the work is counted until it is back', async () => {
    const { clock, reasons, out, begin } = build();
    const stubborn = begin();
    await clock.advance(3_600_000);
    stubborn.signal.abort(late);
    await clock.advance(9_999);
    expect(stubborn.ended()).toBeUndefined();
    await clock.advance(1);
    expect(stubborn.ended()).toBe(late);
    stubborn.work.reject(new Error('nobody is to hear of this'));
    await clock.advance(60_000);
    expect([out, clock.pending(), reasons]).toEqual([[0, 1, 0], 0, []]);
  });

  test('when the process goes down, then it is not waited for beyond what recording its end needs', async () => {
    const { clock, begin } = build();
    const stubborn = begin();
    stubborn.signal.abort(new Shutdown('down'));
    await clock.advance(1_000);
    expect(stubborn.ended()).toBeInstanceOf(Shutdown);
  });

  test('when abandoned work does not come back, then the process gives up', async () => {
    const { clock, reasons, begin } = build();
    begin().signal.abort(late);
    await clock.advance(69_999);
    expect(reasons).toEqual([]);
    await clock.advance(1);
    expect(reasons).toEqual(['Work that ignores its signal does not come back.']);
  });

  test('when more of it is out than a process should carry, then the process gives up at once', async () => {
    const { clock, reasons, begin } = build();
    for (let started = 0; started < 3; started += 1) begin().signal.abort(late);
    await clock.advance(10_000);
    expect(reasons).toEqual(['Too much work ignores its signal.']);
  });
});
