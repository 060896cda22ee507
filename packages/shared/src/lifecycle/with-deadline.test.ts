import { describe, expect, test } from '@jest/globals';
import { ServiceUnavailableError } from '../errors/infrastructure-errors.ts';
import { untilAborted } from './until-aborted.ts';
import { withDeadline } from './with-deadline.ts';

const never = new Promise<never>(() => undefined);

describe('a deadline', () => {
  test('when the work ends in time, then its own outcome comes', async () => {
    const error = new Error('its own');
    expect(await withDeadline(Promise.resolve('done'), 1_000)).toBe('done');
    await expect(withDeadline(Promise.reject(error), 1_000)).rejects.toBe(error);
  });

  test('when the work takes longer, then that is said with its name', async () => {
    const late = withDeadline(never, 5, 'Closing');
    await expect(late).rejects.toThrow(ServiceUnavailableError);
    await expect(late).rejects.toThrow('Closing took longer than 5 ms.');
  });

  test('when the work fails after the deadline, then nobody is left with a stray rejection', async () => {
    const { promise, reject } = Promise.withResolvers<void>();
    await expect(withDeadline(promise, 1)).rejects.toThrow(ServiceUnavailableError);
    const strays: unknown[] = [];
    const onStray = (thrown: unknown): void => void strays.push(thrown);
    process.on('unhandledRejection', onStray);
    reject(new Error('too late'));
    await new Promise(setImmediate);
    process.off('unhandledRejection', onStray);
    expect(strays).toEqual([]);
  });

  test('when the work ends in time, then no timer stays behind', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await withDeadline(Promise.resolve(), 60_000);
    expect(timers()).toBe(before);
  });
});

describe('waiting for an abort', () => {
  test('when the signal aborts, or has aborted, then it resolves', async () => {
    const stop = new AbortController();
    const waiting = untilAborted(stop.signal);
    stop.abort();
    await waiting;
    await untilAborted(stop.signal);
    expect(stop.signal.aborted).toBe(true);
  });
});
