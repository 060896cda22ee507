import { describe, expect, test } from '@jest/globals';
import { VkTransportError } from '@otklik/shared';
import { knownVkCodes, vkErrorRule } from '../errors/error-table.ts';
import { codesOfOtherSections } from '../errors/other-sections.ts';
import { toApiError } from '../errors/to-api-error.ts';
import { fateOf, nextStep } from './next-step.ts';

const plain = { isExecute: false, mayExecute: true };
const script = { isExecute: true, mayExecute: true };
const untried = { isExecute: true, mayExecute: null };
const error = (code: number, isAboutRights?: boolean) =>
  toApiError('wall.get', { error_code: code, ...(isAboutRights === true && { error_msg: { isAboutAddress: false, isAboutRights } }) });

/** What VK's errors mean, by the design: the code, its class, what becomes of the token, what becomes of a call that met it. */
const rows = [
  [[1, 10, 43], 'retry', undefined, 'retry'],
  [[2, 11, 41, 42, 101], 'operator', 'park', 'again'],
  [[3], 'token', 'no_right', 'again'],
  [[7], 'permanent', 'not_here', 'again'],
  [[4, 8, 12, 16, 100], 'bug', undefined, 'give_up'],
  [[5, 27, 28, 38, 1_114, 1_116, 1_117, 1_118, 3_609, 3_610, 3_611], 'token', 'invalid', 'again'],
  [[6, 32], 'wait', 'slower', 'again'],
  [[9, 29, 103], 'wait', 'park_method', 'again'],
  [[13, 36], 'split', undefined, 'give_up'],
  [[14, 17, 24, 25, 3_300, 3_301, 3_302, 3_303, 3_304, 3_305, 11_500], 'operator', 'park', 'again'],
  [[15, 18, 19, 23, 30, 37, 39, 40, 104, 113, 125], 'permanent', undefined, 'give_up'],
  [[20, 21], 'operator', 'no_right', 'again'],
  [[33, 34, 35], 'operator', undefined, 'give_up'],
  [[141, 181, 182, 183, 200, 201, 203, 204, 205, 210, 211, 212, 225, 260, 801, 1_401], 'permanent', undefined, 'give_up'],
  [[213, 214, 219, 220, 222, 223, 224], 'bug', undefined, 'give_up'],
  [[601, 1_105], 'wait', 'park', 'again'],
  [[77_777], 'retry', undefined, 'retry'],
] as const;

const others = Object.values(codesOfOtherSections).flat();

describe('what the pool does about an error of VK', () => {
  test('when VK publishes a code, then it stands in one row here, or is of a section that nobody asks', () => {
    const told: readonly number[] = [...rows.flatMap(([codes]) => [...codes]), ...others].filter((code) => code !== 77_777);
    expect(told.toSorted((a, b) => a - b)).toEqual(knownVkCodes);
  });

  test.each(others)('when VK says %i, of a section that nobody asks, then that is our fault, and the token and VK are well', (code) => {
    expect([vkErrorRule(code).class, fateOf(error(code), plain), nextStep(error(code), plain)]).toEqual(['bug', undefined, 'give_up']);
  });

  test.each(rows.flatMap(([codes, errorClass, fate, step]) => codes.map((code) => ({ code, errorClass, fate, step }))))(
    'when VK says $code ($errorClass), then the token: $fate, the call: $step',
    ({ code, errorClass, fate, step }) => {
      expect(vkErrorRule(code).class).toBe(errorClass);
      expect(fateOf(error(code), plain)).toBe(fate);
      expect(nextStep(error(code), plain)).toBe(step);
    },
  );

  test.each(knownVkCodes)('when a script as a whole meets %i, then it is halved unless the token paid for it', (code) => {
    expect(nextStep(error(code), script)).toBe(fateOf(error(code), script) === undefined ? 'halve' : 'again');
  });

  test.each([3, 7, 15, 20, 21, 23, 27, 28])('when the first script of a token meets %i, then it may not execute', (code) => {
    expect(fateOf(error(code), untried)).toBe('no_execute');
    expect(nextStep(error(code), untried)).toBe('again');
  });

  test('when a token could execute before, then 28 means that it is dead, unless VK says that the method is not for it', () => {
    expect(fateOf(error(28), script)).toBe('invalid');
    expect(fateOf(error(28, true), script)).toBe('no_execute');
    expect(fateOf(error(28, true), plain)).toBe('no_right');
  });

  test('when VK says that a token is of a community, then it is out, whatever the method: none of walls is open to it', () => {
    expect(fateOf(error(27, true), plain)).toBe('invalid');
    expect(fateOf(error(27, true), script)).toBe('invalid');
  });

  test.each([
    ['VK_TIMEOUT', undefined, 'halve'],
    ['VK_BAD_ANSWER', 502, 'halve'],
    ['VK_BAD_ANSWER', 200, 'retry'],
    ['VK_UNREACHABLE', undefined, 'retry'],
  ] as const)('when a script ends as %s (HTTP %s), then %s', (code, status, step) => {
    const fault = new VkTransportError(code, 'no', status === undefined ? {} : { status });
    expect(nextStep(fault, script)).toBe(step);
    expect(nextStep(fault, plain)).toBe('retry');
  });

  test('when a gateway says how long to wait, or something of ours fails, then that is handed on', () => {
    expect(nextStep(new VkTransportError('VK_BAD_ANSWER', 'no', { status: 429, retryAfterMs: 1 }), script)).toBe('give_up');
    expect(nextStep(new Error('ours'), plain)).toBe('give_up');
  });
});
