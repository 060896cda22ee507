import { describe, expect, test } from '@jest/globals';
import { Fenced, JobCancelled, JobTimeout, Shutdown, TurnOver, createManualClock } from '@otklik/shared';
import { createAttemptSignals } from './attempt-signals.ts';

const build = () => {
  const clock = createManualClock();
  const shutdown = new AbortController();
  const delivery = new AbortController();
  const signals = createAttemptSignals({
    timeoutMs: 10_000,
    sliceMs: 4_000,
    shutdown: shutdown.signal,
    delivery: delivery.signal,
    clock,
  });
  return { clock, shutdown, delivery, signals };
};

describe('the signals of an attempt', () => {
  test('when the limit passes, then the signal aborts with a timeout', async () => {
    const { clock, signals } = build();
    await clock.advance(9_999);
    expect(signals.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(signals.signal.reason).toBeInstanceOf(JobTimeout);
    signals.dispose();
  });

  test('when the process goes down, then work goes on until the next safe point', () => {
    const { shutdown, signals } = build();
    shutdown.abort();
    expect(signals.signal.aborted).toBe(false);
    expect(() => signals.checkpointReached()).toThrow(Shutdown);
    signals.dispose();
  });

  test('when somebody wants its turn back, then work goes on until the next safe point', () => {
    const { signals } = build();
    signals.checkpointReached();
    signals.giveTurnBack();
    expect(signals.signal.aborted).toBe(false);
    expect(() => signals.checkpointReached()).toThrow(TurnOver);
    signals.dispose();
  });

  test('when the time slice is over, then the next safe point gives the turn back', async () => {
    const { clock, signals } = build();
    signals.checkpointReached();
    await clock.advance(4_000);
    expect(() => signals.checkpointReached()).toThrow(TurnOver);
    signals.dispose();
  });

  test('when the database says cancelling or fenced, then heeding it throws and everything else stops too', () => {
    const cancelled = build();
    expect(() => cancelled.signals.heed('cancelling')).toThrow(JobCancelled);
    expect(cancelled.signals.signal.reason).toBeInstanceOf(JobCancelled);
    const fenced = build();
    expect(() => fenced.signals.heed('fenced')).toThrow(Fenced);
    const running = build();
    running.signals.heed('running');
    expect(running.signals.signal.aborted).toBe(false);
    for (const { signals } of [cancelled, fenced, running]) signals.dispose();
  });

  test('when the queue takes the delivery away, then the reason is its own, or that we are fenced', () => {
    const named = build();
    named.delivery.abort(new Shutdown('grace over'));
    expect(named.signals.signal.reason).toBeInstanceOf(Shutdown);
    const nameless = build();
    nameless.delivery.abort();
    expect(nameless.signals.signal.reason).toBeInstanceOf(Fenced);
    for (const { signals } of [named, nameless]) signals.dispose();
  });

  test('when disposed, then no timer stays behind', async () => {
    const { clock, signals } = build();
    signals.dispose();
    await clock.advance(0);
    expect(clock.pending()).toBe(0);
    await clock.advance(60_000);
    expect(signals.signal.aborted).toBe(false);
  });
});
