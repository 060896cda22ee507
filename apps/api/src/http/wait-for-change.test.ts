import { describe, expect, test } from '@jest/globals';
import { createManualClock } from '@otklik/shared';
import type { JobAnswer } from './read-job-answer.ts';
import { makeWaitForChange } from './wait-for-change.ts';

const queued: JobAnswer = { etag: '"a-1"', retryAfterS: 1, body: '{}' };
const running: JobAnswer = { etag: '"a-2"', retryAfterS: 1, body: '{}' };
const ended: JobAnswer = { etag: '"a-3"', retryAfterS: null, body: '{}' };

/** A job that looks like each of these in turn, and like the last one from then on. */
const waitOn = (...looks: readonly (JobAnswer | null)[]) => {
  const clock = createManualClock();
  const gone = new AbortController();
  const draining = new AbortController();
  let seen = 0;
  const readJobAnswer = async (): Promise<JobAnswer | null> => looks[Math.min(seen++, looks.length - 1)] ?? null;
  const wait = makeWaitForChange({ readJobAnswer, clock, draining: draining.signal });
  const ask = (waitMs: number, known?: string) => wait({ workspaceId: 'w', jobId: 'j', known, waitMs, untilGone: () => gone.signal });
  return { ask, clock, gone, draining, looks: () => seen };
};

describe('waiting for a change of a job', () => {
  test.each([
    { when: 'nobody asked to wait', waitMs: 0, known: queued.etag, answer: queued },
    { when: 'it is another than the caller knows', waitMs: 20_000, known: '"a-0"', answer: queued },
    { when: 'it has ended', waitMs: 20_000, known: ended.etag, answer: ended },
    { when: 'it is not there', waitMs: 20_000, known: undefined, answer: null },
  ])('when $when, then one look is the answer', async ({ waitMs, known, answer }) => {
    const { ask, looks } = waitOn(answer);
    expect(await ask(waitMs, known)).toBe(answer);
    expect(looks()).toBe(1);
  });

  test('when it changes on the way, then that is the answer', async () => {
    const { ask, clock, looks } = waitOn(queued, queued, running);
    const answer = ask(20_000);
    await clock.advance(500);
    await clock.advance(500);
    expect(await answer).toBe(running);
    expect(looks()).toBe(3);
  });

  test('when the time is over, then the caller gets what it knows', async () => {
    const { ask, clock } = waitOn(queued);
    const answer = ask(700, queued.etag);
    await clock.advance(500);
    await clock.advance(200);
    expect(await answer).toBe(queued);
  });

  test.each(['gone', 'draining'] as const)('when the caller or the process is %s, then nobody looks any more', async (which) => {
    const { ask, looks, ...signals } = waitOn(queued);
    const answer = ask(20_000);
    await signals.clock.advance(500);
    signals[which].abort();
    expect(await answer).toBe(queued);
    expect(looks()).toBe(2);
  });
});
