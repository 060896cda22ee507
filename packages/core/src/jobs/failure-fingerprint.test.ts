import { describe, expect, test } from '@jest/globals';
import { InternalError, StorageError, VkApiError, VkTransportError, toAppError } from '@otklik/shared';
import { fingerprintFailure } from './failure-fingerprint.ts';

const refused = (message: string) => new VkApiError(message, { vkCode: 15, vkClass: 'permanent', method: 'wall.get' });

/** The same error as another installation, release or machine would have it. */
const thrownAt = (stack: string): Error => Object.assign(new TypeError('x is not a function'), { stack });

describe('the fingerprint of a failure', () => {
  test('is short, and says nothing', () => {
    expect(fingerprintFailure(refused('Access denied.'))).toMatch(/^[0-9a-f]{12}$/);
  });

  test.each([
    ['numbers', 'Post 45 of wall -12 is gone.', 'Post 9 of wall -7 is gone.'],
    ['ids', 'No 019ab8c2-5f7e-7c31-9d5a-3b1f0e6a7d42 here', 'No 019ab8bf-11d2-7a4e-8c3b-5d6f7a8b9c0d here'],
    ['public ids', 'No job_019ab8c25f7e7c319d5a3b1f0e6a7d42', 'No job_019ab8bf11d27a4e8c3b5d6f7a8b9c0d'],
    ['addresses', 'Nothing at https://a.example/x?y=1', 'Nothing at redis://cache:6379/0'],
    ['quoted words', 'column "a" is odd', 'column "b" is odd'],
  ])('when only %s differ, then it is the same', (_what, one, other) => {
    expect(fingerprintFailure(refused(one))).toBe(fingerprintFailure(refused(other)));
  });

  test.each([
    ['the code', new StorageError('STORAGE', 'full'), new StorageError('STORAGE_FULL', 'full')],
    ['the class', new VkTransportError('VK_TIMEOUT', 'no'), new StorageError('STORAGE', 'no')],
    ['the message', refused('Access denied.'), refused('Wall is disabled.')],
    ['what it wraps', toAppError(new TypeError('a')), toAppError(new RangeError('a'))],
  ])('when %s differs, then it is another one', (_what, one, other) => {
    expect(fingerprintFailure(one)).not.toBe(fingerprintFailure(other));
  });

  test('when it is thrown by a source, by compiled code or in a bundle, then it is the same; elsewhere, another one', () => {
    const foreign = '    at parse (/x/node_modules/zod/index.js:1:1)\n';
    const places = [
      `${foreign}    at async collect (file:///a/packages/core/src/parse/follow-wall.ts:12:3)`,
      `${foreign}    at collect (/srv/packages/core/dist/parse/follow-wall.js:99:1)`,
      `    at file:///srv/node_modules/@otklik/core/dist/parse/follow-wall.js:7:7`,
      `    at collect (file:///a/packages/core/src/parse/parse-step.ts:12:3)`,
    ].map((frames) => fingerprintFailure(new InternalError('Unexpected error', { cause: thrownAt(`TypeError: x\n${frames}`) })));
    expect(new Set(places.slice(0, 3)).size).toBe(1);
    expect(places[3]).not.toBe(places[0]);
  });
});
