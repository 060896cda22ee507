import { describe, expect, test } from '@jest/globals';
import { type RunningProcess, runProcess, waitFor } from '@otklik/testing';

const run = (program: string): RunningProcess =>
  runProcess({ module: 'packages/shared/src/lifecycle/testing/app-under-test.ts', args: [program] });

describe('a program', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'when %s comes, then it closes in order and ends with 0, whatever still holds it',
    async (signal) => {
      const app = run('serve');
      await app.waitForLine(/ready/);
      expect(await app.kill(signal)).toEqual({ code: 0, signal: null });
      expect(app.lines).toEqual(['ready', 'closed']);
    },
  );

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('when %s comes again while it closes, then it ends at once with %d', async (signal, code) => {
    const app = run('stuck');
    await app.waitForLine(/ready/);
    app.signal('SIGTERM');
    await app.waitForLine(/closed/);
    expect(await app.kill(signal)).toEqual({ code, signal: null });
  });

  test.each(['hopeless', 'hopeless and stuck'])(
    'when a part gives up (%s), then that is told once, everything is closed as far as it can be, and the process ends with 1',
    async (program) => {
      const app = run(program);
      expect(await app.exited).toEqual({ code: 1, signal: null });
      expect(app.lines).toContain('closed');
      const told = app.logs().map(({ level, message, reason }) => [level, message, reason]);
      expect(told).toEqual([['error', 'the process gives up and ends', 'deaf']]);
    },
  );

  test('when it returns a number, then that is its exit code', async () => {
    expect(await run('number').exited).toEqual({ code: 3, signal: null });
  });

  test('when it is configured wrongly, then every fault is told and it ends with 78', async () => {
    const app = run('config');
    expect(await app.exited).toEqual({ code: 78, signal: null });
    expect(app.lines).toEqual(['The configuration is not usable:', '  A: required', '  B: required']);
  });

  test('when an error of ours ends it, then one sentence with the cause is told, without secrets and stack', async () => {
    const app = run('ours');
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.lines).toEqual(['The file could not be written. (EACCES with [redacted])']);
  });

  test('when a bug ends it, then the stack is told', async () => {
    const app = run('bug');
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.lines.join('\n')).toMatch(/x is not a function[^]*app-under-test/);
  });

  test('when nobody reads its stderr any more, then it goes on, and ends in order when asked to', async () => {
    const app = run('chatting on stderr');
    await app.waitForLine(/anybody/);
    app.hangUp('stderr');
    const heard = app.lines.length;
    await waitFor(() => app.lines.length > heard + 10);
    expect(await app.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(app.lines.slice(heard)).not.toContainEqual(expect.stringMatching(/uncaught: [1-9]/));
    expect(app.lines).toContain('closed');
  });

  test('when nobody reads its log any more, then it says so once where somebody may hear it, and ends in order with 1', async () => {
    const app = run('chatting on stdout');
    await app.waitForLine(/anybody/);
    app.hangUp('stdout');
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.lines.filter((line) => line.includes('EPIPE'))).toEqual([
      expect.stringContaining('Nobody reads the log of this process any more.'),
    ]);
  });

  test.each(['rejection', 'exception'])('when nobody catches an %s, then it closes in order, tells it and ends with 1', async (program) => {
    const app = run(program);
    expect(await app.exited).toEqual({ code: 1, signal: null });
    expect(app.lines).toContain('closed');
    expect(app.lines.join('\n')).toContain('nobody caught this');
  });
});
