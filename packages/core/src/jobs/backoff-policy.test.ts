import { describe, expect, test } from '@jest/globals';
import { StorageError, ValidationError, VkApiError, VkTransportError } from '@otklik/shared';
import { backoffMs, defaultBackoff } from './backoff-policy.ts';

const many = (error: Parameters<typeof backoffMs>[0], attempt: number): number[] =>
  Array.from({ length: 400 }, () => backoffMs(error, attempt, defaultBackoff));

describe('the wait before another attempt', () => {
  test.each([
    ['VK', new VkTransportError('VK_TIMEOUT', 'slow'), defaultBackoff.upstream],
    ['our stores', new StorageError('STORAGE', 'broken'), defaultBackoff.infrastructure],
    ['anything else', new ValidationError('odd', []), defaultBackoff.other],
  ])('after a failure of %s fills the whole range below its bound, which doubles up to the cap', (_who, error, bounds) => {
    for (const attempt of [1, 2, 3, 12]) {
      const bound = Math.min(bounds.maxMs, bounds.baseMs * 2 ** (attempt - 1));
      const waits = many(error, attempt);
      expect(Math.max(...waits)).toBeLessThanOrEqual(bound);
      expect(Math.max(...waits)).toBeGreaterThan(bound * 0.9);
      expect(Math.min(...waits)).toBeLessThan(bound * 0.1);
    }
  });

  test('when VK names a time, then that is the wait', () => {
    const error = new VkApiError('flood', { vkCode: 9, vkClass: 'wait', method: 'wall.get', retryAfterMs: 123_456 });
    expect(backoffMs(error, 1, defaultBackoff)).toBe(123_456);
  });
});
