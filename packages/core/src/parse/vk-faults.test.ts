import { describe, expect, test } from '@jest/globals';
import { CircuitOpenError, MustWait, NoTokenError, NotFoundError, VkApiError, VkTransportError } from '@otklik/shared';
import { asWait } from './vk-faults.ts';

const heldBack = (retryAfterMs: number) => new CircuitOpenError('VK does not serve wall.get just now.', { retryAfterMs });
const refusal = (vkClass: 'wait' | 'retry' | 'permanent', retryAfterMs?: number) =>
  new VkApiError('no', { vkCode: 1, vkClass, method: 'wall.get', ...(retryAfterMs !== undefined && { retryAfterMs }) });

describe('what VK does not give just now', () => {
  test('when calls are held back, then the job waits until the next probe and a little longer, and says why', () => {
    expect(asWait(heldBack(10_000), () => 0)).toMatchObject({
      code: 'MUST_WAIT',
      kind: 'capacity',
      waitMs: 10_000,
      message: 'VK does not serve wall.get just now.',
    });
    expect(asWait(heldBack(10_000), () => 0.999)).toMatchObject({ waitMs: 14_995 });
    expect(asWait(heldBack(30_000), () => 0.999)).toMatchObject({ waitMs: 39_990 });
  });

  test('when the next probe is near, then those who wait are spread over a second all the same', () => {
    expect(asWait(heldBack(0), () => 0.5)).toMatchObject({ waitMs: 500 });
    expect(
      new Set(Array.from({ length: 50 }, () => asWait(heldBack(0))).map((wait) => wait instanceof MustWait && wait.waitMs)).size,
    ).toBeGreaterThan(20);
  });

  test('when a limit is reached, then the job waits for the time that is named, or a minute', () => {
    expect(asWait(refusal('wait', 3_000))).toMatchObject({ kind: 'pace', waitMs: 3_000 });
    expect(asWait(refusal('wait'))).toMatchObject({ kind: 'pace', waitMs: 60_000 });
    expect(asWait(new VkTransportError('VK_BAD_ANSWER', 'no', { status: 429, retryAfterMs: 7_000 }))).toMatchObject({
      kind: 'pace',
      waitMs: 7_000,
    });
  });

  test('when no token can ask, then the job waits for one, and says which state they are in', () => {
    const none = new NoTokenError('All 2 tokens are parked.', { retryAfterMs: 90_000 });
    expect(asWait(none)).toMatchObject({ kind: 'token', waitMs: 90_000, message: 'All 2 tokens are parked.' });
  });

  test('when the tokens rest for a day, then the job is due when the first is free: whoever adds another one wakes it', () => {
    const none = new NoTokenError('The one token is held back.', { retryAfterMs: 86_400_000 });
    expect(asWait(none)).toMatchObject({ kind: 'token', waitMs: 86_400_000, message: 'The one token is held back.' });
  });

  test.each([refusal('retry'), refusal('permanent'), new VkTransportError('VK_TIMEOUT', 'no'), new NotFoundError('no')])(
    'when it is another error (%s), then it stays what it is',
    (error) => {
      expect(asWait(error)).toBe(error);
    },
  );
});
