import { VkApiError, VkTransportError, type Verdict } from '@otklik/shared';
import { isKnownVkCode } from '../errors/error-table.ts';

/** How a request to VK ended, or that it was not made: the label of its series. */
export const callOutcomes = [
  'ok',
  'error_retry',
  'error_wait',
  'error_token',
  'error_permanent',
  'error_operator',
  'error_bug',
  'error_split',
  'error_unknown',
  'unreachable',
  'timeout',
  'bad_answer',
  'circuit_open',
  'aborted',
] as const;
export type CallOutcome = (typeof callOutcomes)[number];

const transport = { VK_UNREACHABLE: 'unreachable', VK_TIMEOUT: 'timeout', VK_BAD_ANSWER: 'bad_answer' } as const;

/**
 * What a request threw, as one word. Whatever is no fault of VK is a request that its caller gave up. `error_unknown`: a code
 * that is not in the table, which is treated as one that may pass until somebody knows better.
 */
export const outcomeOf = (thrown: unknown): CallOutcome => {
  if (thrown instanceof VkApiError) return isKnownVkCode(thrown.vkCode) ? `error_${thrown.vkClass}` : 'error_unknown';
  return thrown instanceof VkTransportError ? transport[thrown.code] : 'aborted';
};

/**
 * What a request says of VK. A refusal is an answer: limits (6, 9, 29), captchas (14), closed walls (15), hidden comments
 * (212) and requests that are too heavy (13) come from a VK that is well. So does "too many requests" of a gateway.
 */
export const verdictOf = (thrown: unknown): Verdict => {
  if (thrown instanceof VkTransportError) return thrown.status === 429 ? 'answered' : 'failed';
  if (thrown instanceof VkApiError) return thrown.vkClass === 'retry' ? 'troubled' : 'answered';
  return 'unknown';
};
