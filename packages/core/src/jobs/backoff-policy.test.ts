import { describe, expect, test } from '@jest/globals';
import {
  CacheError,
  CircuitOpenError,
  DatabaseError,
  InternalError,
  JobTimeout,
  QueueError,
  RateLimitError,
  StorageError,
  ValidationError,
  type VkErrorClass,
  VkApiError,
  VkTransportError,
} from '@otklik/shared';
import { backoffClassOf, backoffClasses, backoffMs, defaultBackoff } from './backoff-policy.ts';

const vk = (vkClass: VkErrorClass, retryAfterMs?: number): VkApiError =>
  new VkApiError('no', { vkCode: 1, vkClass, method: 'wall.get', ...(retryAfterMs !== undefined && { retryAfterMs }) });

const examples = {
  rate: [vk('wait')],
  vk: [vk('retry'), vk('split'), new VkTransportError('VK_BAD_ANSWER', 'odd')],
  transport: [new VkTransportError('VK_TIMEOUT', 'slow'), new VkTransportError('VK_UNREACHABLE', 'away')],
  database: (['DB_TIMEOUT', 'DB_CONFLICT', 'DB_UNAVAILABLE'] as const).map((code) => new DatabaseError(code, 'busy')),
  storage: [new StorageError('STORAGE', 'broken'), new StorageError('STORAGE_FULL', 'full')],
  timeout: [new JobTimeout('too long')],
  other: [new QueueError('away'), new CacheError('away'), new InternalError('odd'), new ValidationError('odd', [])],
};

describe('the wait before another attempt', () => {
  test.each(backoffClasses)('after a failure of class %s it fills the whole range below its bound, which doubles up to the cap', (name) => {
    const { baseMs, maxMs } = defaultBackoff.bounds[name];
    for (const error of examples[name]) {
      expect(backoffClassOf(error)).toBe(name);
      for (const attempt of [1, 2, 3, 12]) {
        const bound = Math.min(maxMs, baseMs * 2 ** (attempt - 1));
        const waits = Array.from({ length: 400 }, () => backoffMs(error, attempt, defaultBackoff));
        expect(Math.max(...waits)).toBeLessThanOrEqual(bound);
        expect(Math.max(...waits)).toBeGreaterThan(bound * 0.9);
        expect(Math.min(...waits)).toBeLessThan(bound * 0.1);
      }
    }
  });

  test.each([
    ['VK', vk('wait', 123_456)],
    ['who answered in its place', new VkTransportError('VK_UNREACHABLE', 'busy', { retryAfterMs: 123_456 })],
    ['the circuit', new CircuitOpenError('held back', { retryAfterMs: 123_456 })],
    ['a limit', new RateLimitError('slower', { retryAfterMs: 123_456 })],
  ])('when %s names a time, then that is the wait', (_who, error) => {
    expect(backoffMs(error, 1, defaultBackoff)).toBe(123_456);
  });
});
