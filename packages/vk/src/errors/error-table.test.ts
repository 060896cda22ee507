import { describe, expect, test } from '@jest/globals';
import { knownVkCodes, vkErrorRule } from './error-table.ts';

describe('the table of VK errors', () => {
  test.each(knownVkCodes)('when VK says %i, then the owner of the job reads a sentence', (code) => {
    expect(vkErrorRule(code).sentence).toMatch(/^[A-Z].*\.$/);
  });

  test.each([
    [6, 'wait'],
    [9, 'wait'],
    [29, 'wait'],
    [13, 'split'],
    [5, 'token'],
    [27, 'token'],
    [14, 'operator'],
    [15, 'permanent'],
    [212, 'permanent'],
    [100, 'bug'],
    [1, 'retry'],
  ])('when VK says %i, then its class is %s', (code, errorClass) => {
    expect(vkErrorRule(code).class).toBe(errorClass);
  });

  test('when VK says something new, then it is tried again', () => {
    expect(vkErrorRule(99_999).class).toBe('retry');
  });
});
