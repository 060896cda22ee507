import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { StoredDelivery } from '../queue-engine.ts';
import { toShown } from './shown-delivery.ts';

const SECRET = 'vk1.a.secret';
const jobId = randomUUID();

const stored = (more: Partial<StoredDelivery>): StoredDelivery => ({
  id: `${jobId}-g3`,
  data: { v: 1, jobId, generation: 3, type: 'parse' },
  value: undefined,
  reason: undefined,
  band: 2,
  addedAt: 1,
  startedAt: 2,
  endedAt: 3,
  worker: 'worker-1',
  ...more,
});

describe('what the board shows of a delivery', () => {
  test('when it is ours, then its job, its dispatch and a line are shown', () => {
    expect(toShown(stored({ value: { kind: 'waited' } }))).toMatchObject({
      summary: expect.stringMatching(/^parse, \w+, dispatch 3$/),
      job: `job_${jobId.replaceAll('-', '')}`,
      dispatch: 3,
      worker: 'worker-1',
      end: 'waited',
      failure: '',
    });
  });

  test('when it failed, then the code is shown and not what the message quotes', () => {
    expect(toShown(stored({ reason: `VK_API: access_token=${SECRET} is not valid` })).failure).toBe('VK_API');
    expect(toShown(stored({ reason: SECRET })).failure).toBe('UNKNOWN');
  });

  test.each([
    ['data of another shape', { data: { token: SECRET } }],
    ['a message with more in it', { data: { v: 1, jobId, generation: 3, type: 'parse', text: SECRET } }],
    ['a value of another shape', { value: SECRET }],
    ['a kind that we never return', { value: { kind: SECRET } }],
    ['a reason that is no sentence of ours', { reason: { token: SECRET } }],
  ])('when somebody put in %s, then nothing of that is shown', (_what, more) => {
    expect(JSON.stringify(toShown(stored(more)))).not.toContain(SECRET);
  });
});
