import { VkApiError, VkTransportError } from '@otklik/shared';
import { type VkTokenFate, vkErrorRule } from '../errors/error-table.ts';
import { lacksRight } from '../errors/to-api-error.ts';

/**
 * What the pool does about calls that failed:
 * again (the token paid for it: another one, or the same later, makes them, and no try is spent) · halve (they go into two
 * requests, no try is spent) · retry (a try is spent) · give_up (nothing that a pool could mend).
 */
export const nextSteps = ['again', 'halve', 'retry', 'give_up'] as const;
export type NextStep = (typeof nextSteps)[number];

/** Where a fault was met. */
export type Where = {
  /** The request was `execute`, and it failed as a whole. */
  readonly isExecute: boolean;
  readonly mayExecute: boolean | null;
};

/** What becomes of the token; `no_execute`: it may not call `execute`. */
export type Fate = VkTokenFate | 'no_execute';

/** In these ways VK says that a token may not execute. 15, 23, 27 and 28 have other meanings where it could before. */
const NO_EXECUTE: ReadonlySet<number> = new Set([3, 7, 15, 20, 21, 23, 27, 28]);

/** Only of tokens of communities, to which no wall is open: what else they may call is of no use here. */
const OF_COMMUNITY = 27;

/** What an error says of the token that was used; undefined: nothing. */
export const fateOf = (thrown: unknown, { isExecute, mayExecute }: Where): Fate | undefined => {
  if (!(thrown instanceof VkApiError)) return undefined;
  const fate = lacksRight(thrown) && thrown.vkCode !== OF_COMMUNITY ? 'no_right' : vkErrorRule(thrown.vkCode).token;
  const isRefusal = isExecute && NO_EXECUTE.has(thrown.vkCode);
  return isRefusal && (mayExecute !== true || fate === 'no_right' || fate === 'not_here') ? 'no_execute' : fate;
};

export const nextStep = (thrown: unknown, where: Where): NextStep => {
  if (thrown instanceof VkTransportError) return afterTransport(thrown, where);
  if (!(thrown instanceof VkApiError)) return 'give_up';
  if (fateOf(thrown, where) !== undefined) return 'again';
  // Whatever VK has against the script as a whole it may not have against its parts.
  if (where.isExecute) return 'halve';
  return thrown.vkClass === 'retry' ? 'retry' : 'give_up';
};

/** A gateway that gives up on a request, or silence, may mean that it was too heavy. A lost connection does not. */
const afterTransport = ({ code, status = 0, retryAfterMs }: VkTransportError, { isExecute }: Where): NextStep => {
  if (retryAfterMs !== undefined) return 'give_up';
  return isExecute && (code === 'VK_TIMEOUT' || status >= 500) ? 'halve' : 'retry';
};
