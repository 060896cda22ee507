import { describe, expect, test } from '@jest/globals';
import type { JobType } from '@otklik/contracts';
import { silentLogger } from '@otklik/shared';
import { waitFor } from '@otklik/testing';
import { followCancels } from './follow-cancels.ts';
import { type RunningAttempts, createRunningAttempts } from './running-attempts.ts';

const attemptOf = (running: RunningAttempts, id: string, type: JobType = 'parse') => {
  const said: string[] = [];
  const leave = running.add({ job: { id, type }, note: (state) => void said.push(state), giveTurnBack: () => void said.push('turn') });
  return { said, leave };
};

describe('the attempts of a process', () => {
  test('when a job is cancelled, then every attempt of it hears it, and no other one does', () => {
    const running = createRunningAttempts();
    const [stale, present, other] = [attemptOf(running, 'a'), attemptOf(running, 'a'), attemptOf(running, 'b')];
    running.cancel('a');
    expect([stale.said, present.said, other.said]).toEqual([['cancelling'], ['cancelling'], []]);
  });

  test('when the cancel comes before the attempt that it means, then the attempt hears it as it begins', () => {
    const running = createRunningAttempts();
    running.cancel('a');
    expect(attemptOf(running, 'a').said).toEqual(['cancelling']);
    expect(attemptOf(running, 'b').said).toEqual([]);
  });

  test('when far more cancels come than are kept, then the last ones are', () => {
    const running = createRunningAttempts();
    for (let index = 0; index < 5_000; index += 1) running.cancel(String(index));
    expect(attemptOf(running, '0').said).toEqual([]);
    expect(attemptOf(running, '4999').said).toEqual(['cancelling']);
  });

  test('when an attempt has left, then nobody speaks to it', () => {
    const running = createRunningAttempts();
    const { said, leave } = attemptOf(running, 'a');
    leave();
    running.cancel('a');
    running.drain(new Set(['parse']));
    expect([said, running.ids()]).toEqual([[], []]);
  });

  test('when a type is drained, then its attempts and those that still begin give their turn back, until it is not', () => {
    const running = createRunningAttempts();
    const [crawl, analysis] = [attemptOf(running, 'a'), attemptOf(running, 'b', 'analyze')];
    running.drain(new Set(['parse']));
    expect([crawl.said, analysis.said, attemptOf(running, 'c').said]).toEqual([['turn'], [], ['turn']]);
    running.drain(new Set());
    expect(attemptOf(running, 'd').said).toEqual([]);
  });
});

describe('following cancels', () => {
  const follow = (findCancelling: (ids: readonly string[]) => Promise<readonly string[]>) => {
    const running = createRunningAttempts();
    const heard = { cancel: (_id: string): void => undefined, hearing: (): void => undefined };
    const signals = {
      onCancel: (listener: (id: string) => void) => void (heard.cancel = listener),
      onHearing: (listener: () => void) => void (heard.hearing = listener),
    };
    followCancels({ signals, running, jobs: { findCancelling }, logger: silentLogger });
    return { running, heard };
  };

  test('when it may have missed something, then the database is asked once about what runs here', async () => {
    const asked: (readonly string[])[] = [];
    const { running, heard } = follow(async (ids) => {
      asked.push(ids);
      return ['b'];
    });
    heard.hearing();
    const [a, b] = [attemptOf(running, 'a'), attemptOf(running, 'b')];
    heard.hearing();
    await waitFor(() => b.said.length > 0);
    expect([a.said, b.said, asked]).toEqual([[], ['cancelling'], [['a', 'b']]]);
  });

  test('when the database does not answer then, then nothing breaks, and what is heard still counts', async () => {
    const { running, heard } = follow(() => Promise.reject(new Error('away')));
    const { said } = attemptOf(running, 'a');
    heard.hearing();
    await new Promise(setImmediate);
    heard.cancel('a');
    expect(said).toEqual(['cancelling']);
  });
});
