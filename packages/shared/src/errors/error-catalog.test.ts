import { describe, expect, test } from '@jest/globals';
import { AppError, InternalError, toAppError } from './app-error.ts';
import { ConfigError } from './config-error.ts';
import { describeError, errorCatalog } from './error-catalog.ts';
import { CacheError, DatabaseError, QueueError, ServiceUnavailableError, StorageError, ThreadError } from './infrastructure-errors.ts';
import { NotFoundError, RateLimitError } from './input-errors.ts';
import { toJobFailure } from './job-failure.ts';
import { CircuitOpenError, VkApiError, VkTransportError } from './upstream-errors.ts';

const SECRET = 'connect to 10.0.0.7:5432 as otklik';

class Foreign extends AppError {
  readonly code = 'NOBODY_KNOWS';
}

describe('the catalog of errors', () => {
  test.each(Object.entries(errorCatalog))(
    'when an error carries %s, then a status and one sentence are there',
    (_code, { status, title }) => {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(title).toMatch(/^[A-Z][^\n]{5,70}\.$/);
    },
  );

  test.each(Object.entries(errorCatalog))('when %s asks to come again, then waiting is said in whole seconds', (_code, { retryAfterS }) => {
    expect(retryAfterS === undefined || (Number.isInteger(retryAfterS) && retryAfterS > 0)).toBe(true);
  });

  test('when the status says that we failed, then only what VK said, or what an operator must set, is shown', () => {
    const shown = Object.entries(errorCatalog).filter(([, { status, isMessagePublic }]) => status >= 500 && isMessagePublic);
    const ofVk = ['VK_API', 'VK_BAD_ANSWER', 'VK_UNREACHABLE', 'VK_TIMEOUT'];
    const ofOperators = ['NO_KEYRING', 'KEY_MISSING', 'SECRET_UNREADABLE'];
    expect(shown.map(([code]) => code)).toEqual([...ofVk, ...ofOperators, 'JOB_TIMEOUT']);
  });

  test('when a code is not in the catalog, then it counts as a bug of ours', () => {
    expect(describeError(new Foreign(SECRET))).toEqual({ code: 'INTERNAL', ...errorCatalog.INTERNAL });
  });

  test('when a code is the name of a method of objects, then it is not taken for a known one', () => {
    class Odd extends AppError {
      readonly code = 'toString';
    }
    expect(describeError(new Odd('odd'))).toMatchObject({ code: 'INTERNAL', status: 500 });
  });
});

describe('the failure that is stored with a job', () => {
  test.each([
    new InternalError(SECRET),
    new DatabaseError('DB_UNAVAILABLE', SECRET),
    new DatabaseError('DB_REJECTED', SECRET),
    new CacheError(SECRET),
    new QueueError(SECRET),
    new StorageError('STORAGE', SECRET),
    new ThreadError('THREAD', SECRET),
    new ServiceUnavailableError(SECRET),
    new CircuitOpenError(SECRET, { retryAfterMs: 1_000 }),
    new ConfigError(SECRET),
    new Foreign(SECRET),
  ])('when $code was written for our log, then its owner reads the title', (error) => {
    expect(toJobFailure(error)).toEqual({ code: error.code, message: describeError(error).title, retryable: error.retryable });
  });

  test('when the words were written for people, then they are kept', () => {
    expect(toJobFailure(new NotFoundError('The wall is gone.'))).toEqual({
      code: 'NOT_FOUND',
      message: 'The wall is gone.',
      retryable: false,
    });
    expect(toJobFailure(new VkTransportError('VK_TIMEOUT', 'Nothing for 10 s.'))).toMatchObject({
      message: 'Nothing for 10 s.',
      retryable: true,
    });
  });

  test('when the words have no end, then a sentence of them is kept', () => {
    expect(toJobFailure(new NotFoundError('x'.repeat(100_000))).message).toHaveLength(1_000);
  });

  test('when VK refused, then its own code is there', () => {
    const error = new VkApiError('Access denied.', { vkCode: 15, vkClass: 'permanent', method: 'wall.getComments' });
    expect(toJobFailure(error)).toEqual({ code: 'VK_API', message: 'Access denied.', retryable: false, vkCode: 15 });
  });
});

describe('the tree of errors', () => {
  test('when something else was thrown, then it is wrapped with its cause', () => {
    const thrown = new TypeError('x is not a function');
    expect(toAppError(thrown)).toMatchObject({ code: 'INTERNAL', retryable: false, cause: thrown });
    expect(toAppError(undefined)).toBeInstanceOf(InternalError);
  });

  test('when the error is one of ours, then it passes through unchanged', () => {
    const error = new RateLimitError('Slower.', { retryAfterMs: 5 });
    expect(toAppError(error)).toBe(error);
  });

  test.each([
    ['retry', true],
    ['wait', true],
    ['split', true],
    ['token', false],
    ['permanent', false],
    ['operator', false],
    ['bug', false],
  ] as const)('when VK answers with an error of class %s, then trying again helps: %s', (vkClass, retryable) => {
    expect(new VkApiError('no', { vkCode: 1, vkClass, method: 'm' }).retryable).toBe(retryable);
  });

  test('when a statement was refused, then trying again is pointless; when the database is away, it is not', () => {
    expect(new DatabaseError('DB_REJECTED', 'no').retryable).toBe(false);
    for (const code of ['DB_UNAVAILABLE', 'DB_TIMEOUT', 'DB_CONFLICT'] as const) expect(new DatabaseError(code, 'no').retryable).toBe(true);
  });

  test('when an error is made, then its name is that of its class', () => {
    expect(new CacheError('x').name).toBe('CacheError');
    expect(String(new NotFoundError('x'))).toBe('NotFoundError: x');
  });
});
