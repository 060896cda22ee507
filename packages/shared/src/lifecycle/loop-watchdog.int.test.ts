import { describe, expect, test } from '@jest/globals';
import { type RunningProcess, runProcess, waitFor } from '@otklik/testing';

const run = (blockedAfterMs: number, blocks: readonly number[] = []): RunningProcess =>
  runProcess({
    module: 'packages/shared/src/lifecycle/testing/watched-app-under-test.ts',
    args: [blockedAfterMs, ...blocks].map(String),
  });

describe('a process whose main thread is watched', () => {
  test('when an endless loop blocks it, then it says so and is killed, so that somebody starts it anew', async () => {
    const app = run(500, [Number.POSITIVE_INFINITY]);
    expect(await app.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(app.logs()).toEqual([
      { time: expect.any(String), level: 'error', service: 'test', message: 'the event loop is blocked, the process ends', blockedMs: 500 },
    ]);
  });

  test('when it is blocked again and again for less than the limit, or stopped and continued after more, then it lives', async () => {
    const app = run(2_000, [300, 300, 300]);
    await app.waitForLine(/ready/);
    const stoppedAt = performance.now();
    app.signal('SIGSTOP');
    await waitFor(() => performance.now() - stoppedAt > 2_500, { what: 'more than the limit to pass' });
    app.signal('SIGCONT');
    const continuedAt = performance.now();
    await waitFor(() => performance.now() - continuedAt > 500, { what: 'the watcher to look again' });
    // Whoever can be told to end was alive.
    expect(await app.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    expect(app.lines).toEqual(['ready']);
  });
});
