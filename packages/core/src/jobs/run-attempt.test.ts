import { describe, expect, test } from '@jest/globals';
import { type EndOutcome, type StartOutcome, jobRegistry } from '@otklik/contracts';
import { DatabaseError, Fenced, Shutdown, createManualClock, newId, silentLogger } from '@otklik/shared';
import { aParseResult } from '@otklik/testing';
import { defaultAttemptTiming } from './attempt-timing.ts';
import type { Processor } from './job-context.ts';
import { makeRunAttempt } from './run-attempt.ts';

const OUTAGE_MS = 60_000;
const dropped: EndOutcome = { state: null, cancelled: [] };

/** A worker whose database can be taken away. Its jobs have nothing to do. */
const build = () => {
  const clock = createManualClock();
  const shutdown = new AbortController();
  const delivery = new AbortController();
  const asked: string[] = [];
  let isAway = false;
  const answer =
    <A>(name: string, value: A) =>
    async (): Promise<A> => {
      asked.push(name);
      if (isAway) throw new DatabaseError('DB_UNAVAILABLE', 'away');
      return value;
    };
  const work: Processor<'parse'> = async () => {
    isAway ||= isLostInTheMiddle;
    return { result, outcome: 'complete' };
  };
  let isLostInTheMiddle = false;
  let isCommitted = false;
  let hasCommitted = false;
  const ended: EndOutcome = { state: 'succeeded', cancelled: [] };
  const runAttempt = makeRunAttempt({
    jobs: {
      start: answer('start', started),
      isSuspect: answer('isSuspect', false),
      standBack: answer('standBack', undefined),
      heartbeat: answer('heartbeat', 'running'),
      succeed: async () => {
        // An answer that is lost on its way was committed.
        const state = asked.includes('succeed') && hasCommitted ? null : ended.state;
        hasCommitted ||= isCommitted;
        return answer('succeed', { ...ended, state })();
      },
      hasSucceeded: async () => hasCommitted,
      fail: answer('fail', dropped),
      retry: answer('retry', dropped),
      wait: answer('wait', dropped),
      slowEnds: answer('slowEnds', 0),
      yieldTurn: answer('yieldTurn', dropped),
      timeOut: answer('timeOut', dropped),
      finishCancel: answer('finishCancel', dropped),
    },
    processors: {
      parse: work,
      analyze: () => Promise.reject(new Error('not asked for')),
      export: () => Promise.reject(new Error('not asked for')),
    },
    dispatcher: { nudge: () => undefined },
    judge: { waitMs: () => (isAway ? 10_000 : 0) },
    worker: 'w',
    shutdown: shutdown.signal,
    clock,
    logger: silentLogger,
    timing: defaultAttemptTiming,
    holdToSignal: (_, promise) => promise,
  });
  return {
    clock,
    shutdown,
    delivery,
    asked,
    run: (generation = 1) => runAttempt({ v: 1, jobId: job.id, type: 'parse', generation }, delivery.signal),
    goAway: () => (isAway = true),
    goAwayInTheMiddle: () => (isLostInTheMiddle = true),
    goAwayAfterCommit: () => {
      isLostInTheMiddle = true;
      isCommitted = true;
    },
    comeBack: () => {
      isAway = false;
      isLostInTheMiddle = false;
    },
  };
};

const result = aParseResult();

const now = new Date(0);
const job = {
  id: newId(),
  workspaceId: newId(),
  type: 'parse',
  payload: jobRegistry.parse.payload.parse({ target: { wall: 'empty' } }),
  checkpoint: null,
  labels: [],
  attemptsSpent: 0,
  starts: 1,
  maxStarts: 8,
  timeoutMs: 300_000,
  generation: 1,
  lease: 1,
  pipelineId: null,
  requestId: null,
  createdAt: now,
  queuedAt: now,
  startedAt: now,
  runAt: now,
  heartbeatAt: now,
} as const;
const started: StartOutcome = { kind: 'started', job };

describe('when the database is away', () => {
  test.each([1, 2])(
    'before a job of generation %d begins, then its delivery is held, and the job begins when it is back',
    async (generation) => {
      const { clock, run, goAway, comeBack } = build();
      goAway();
      const end = run(generation);
      await clock.advance(OUTAGE_MS);
      comeBack();
      await clock.advance(defaultAttemptTiming.askAgainMs);
      expect(await end).toEqual({ kind: 'succeeded' });
    },
  );

  test('before a job begins, and the process goes down or the delivery is lost, then nobody waits any longer', async () => {
    for (const end of ['shutdown', 'delivery'] as const) {
      const worker = build();
      worker.goAway();
      const disposition = worker.run();
      await worker.clock.advance(OUTAGE_MS);
      const tries = worker.asked.length;
      worker[end].abort(new Shutdown('down'));
      expect([await disposition, worker.asked.length, worker.clock.pending()]).toEqual([{ kind: 'dropped' }, tries, 0]);
    }
  });

  test('when a job has worked, then its success is kept until it is back, and so is the lease', async () => {
    const { clock, run, goAwayInTheMiddle, comeBack, delivery, asked } = build();
    goAwayInTheMiddle();
    const end = run();
    await clock.advance(OUTAGE_MS);
    // A queue that was away as well has given the job to somebody else; the database has not.
    delivery.abort(new Fenced('lost'));
    await clock.advance(OUTAGE_MS);
    const heartbeats = asked.filter((name) => name === 'heartbeat').length;
    expect(heartbeats).toBeGreaterThanOrEqual((2 * OUTAGE_MS) / (defaultAttemptTiming.heartbeatMs + defaultAttemptTiming.progressMs) - 1);
    comeBack();
    await clock.advance(defaultAttemptTiming.askAgainMs);
    expect([await end, clock.pending()]).toEqual([{ kind: 'succeeded' }, 0]);
  });

  test('when a job has worked, and the grace of a shutdown is over, then nobody waits any longer', async () => {
    const { clock, run, goAwayInTheMiddle, shutdown, delivery } = build();
    goAwayInTheMiddle();
    const end = run();
    await clock.advance(0);
    shutdown.abort();
    await clock.advance(20_000);
    expect(clock.pending()).toBeGreaterThan(0);
    delivery.abort(new Shutdown('The worker is going down.'));
    expect([await end, clock.pending()]).toEqual([{ kind: 'dropped' }, 0]);
  });

  test('when a success was committed and not heard, then it is told as what it is', async () => {
    const { clock, run, goAwayAfterCommit, comeBack } = build();
    goAwayAfterCommit();
    const end = run();
    await clock.advance(1_000);
    comeBack();
    await clock.advance(defaultAttemptTiming.askAgainMs);
    expect(await end).toEqual({ kind: 'succeeded' });
  });
});
