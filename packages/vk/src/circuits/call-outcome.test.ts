import { describe, expect, test } from '@jest/globals';
import { VkTransportError } from '@otklik/shared';
import { knownVkCodes, vkErrorRule } from '../errors/error-table.ts';
import { toApiError } from '../errors/to-api-error.ts';
import { outcomeOf, verdictOf } from './call-outcome.ts';

const refusal = (code: number) => toApiError('wall.get', { error_code: code });

describe('what a request says of VK', () => {
  test.each(knownVkCodes)('when VK refuses with %i, then only the class "retry" speaks against VK', (code) => {
    expect(verdictOf(refusal(code))).toBe(vkErrorRule(code).class === 'retry' ? 'troubled' : 'answered');
  });

  test.each([6, 9, 13, 14, 15, 29, 212])('when VK refuses with %i, then VK is well', (code) => {
    expect(verdictOf(refusal(code))).toBe('answered');
  });

  test.each(['VK_UNREACHABLE', 'VK_TIMEOUT', 'VK_BAD_ANSWER'] as const)('when it ends as %s, then VK was not there', (code) => {
    expect(verdictOf(new VkTransportError(code, 'no'))).toBe('failed');
    expect(verdictOf(new VkTransportError(code, 'no', { status: 502, retryAfterMs: 1_000 }))).toBe('failed');
  });

  test('when a gateway finds the requests too many, then VK is there', () => {
    expect(verdictOf(new VkTransportError('VK_BAD_ANSWER', 'no', { status: 429 }))).toBe('answered');
  });

  test('when the caller gave up, then it says nothing', () => {
    expect([verdictOf(new Error('cancelled')), outcomeOf(new Error('cancelled'))]).toEqual(['unknown', 'aborted']);
  });

  test('when it is counted, then under one of few words', () => {
    expect([outcomeOf(refusal(29)), outcomeOf(refusal(4_711)), outcomeOf(new VkTransportError('VK_TIMEOUT', 'no'))]).toEqual([
      'error_wait',
      'error_unknown',
      'timeout',
    ]);
  });
});
