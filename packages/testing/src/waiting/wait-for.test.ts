import { describe, expect, test } from '@jest/globals';
import { waitForJob } from './wait-for-job.ts';
import { waitFor } from './wait-for.ts';

describe('waitFor', () => {
  test('when the answer becomes truthy, then it is returned', async () => {
    let asked = 0;
    await expect(waitFor(() => (asked += 1) > 2 && `asked ${asked} times`)).resolves.toBe('asked 3 times');
  });

  test('when time runs out, then the message says for what, how long, and what was there instead', async () => {
    await expect(waitFor(() => null, { timeoutMs: 40, what: 'the moon' })).rejects.toThrow(
      'Waited 40 ms for the moon; the last answer was null',
    );
    await expect(waitFor(() => Promise.reject(new Error('clouds')), { timeoutMs: 40 })).rejects.toThrow('an error: Error: clouds');
  });
});

describe('waitForJob', () => {
  test('when the job ends in another state, then it fails at once and shows the job', async () => {
    const job = { state: 'failed', error: 'no luck' } as const;
    await expect(waitForJob(() => Promise.resolve(job), 'succeeded')).rejects.toThrow(/ended as failed[^]*no luck/);
  });

  test('when the job does not move, then the message shows where it stands', async () => {
    const job = { state: 'queued' } as const;
    await expect(waitForJob(() => Promise.resolve(job), 'succeeded', { timeoutMs: 40 })).rejects.toThrow(/to be succeeded[^]*queued/);
  });
});
