import { CircuitOpenError, MustWait, NoTokenError, VkApiError, type VkErrorClass, VkTransportError, toAppError } from '@otklik/shared';
import type { CallEnd } from '../pool/pool-call.ts';
import type { VkReadAnswer } from './vk-read.ts';

/** Nothing that another token or another time would change. */
const FINAL: ReadonlySet<VkErrorClass> = new Set(['permanent', 'bug', 'split']);

/** An internal error that stays is how VK answers pages that are too heavy for it. */
const TOO_HEAVY = 10;

/** What became of the reads of one batch. Throws the first error when VK answered none of them. */
export const toAnswers = (methods: readonly string[], ends: readonly CallEnd<VkReadAnswer>[]): readonly VkReadAnswer[] => {
  const [first] = ends.flatMap((end) => ('error' in end ? [end.error] : []));
  if (first !== undefined && !ends.some(isAnswered)) throw toAppError(first);
  return ends.map((end, index) => ('value' in end ? end.value : { kind: 'refused', error: refusalOf(methods[index] ?? 'execute', end) }));
};

const isAnswered = (end: CallEnd<unknown>): boolean =>
  'value' in end || (end.error instanceof VkApiError && (FINAL.has(end.error.vkClass) || end.error.vkCode === TOO_HEAVY));

type GivenUp = Extract<CallEnd<unknown>, { readonly error: unknown }>;

/** Of one read among others that were answered: what VK had said of it, or what kept it from being asked. */
const refusalOf = (method: string, { error, fault, isItsOwn = false }: GivenUp): VkApiError => {
  if (error instanceof VkApiError) return error;
  const { message } = toAppError(error);
  const vkCode = fault instanceof VkApiError ? fault.vkCode : 0;
  const options = { vkCode, method, cause: error, context: { vkCode, method } };
  const retryAfterMs = waitAfter(error, isItsOwn);
  if (retryAfterMs !== undefined) return new VkApiError(message, { ...options, vkClass: 'wait', retryAfterMs });
  return new VkApiError(message, { ...options, vkClass: 'retry' });
};

/**
 * How long to leave it when it is no fault of the read that it was not answered: no token may ask, a gateway asks to wait, VK
 * went away after it had answered others, or no further turn was to be taken. undefined: the read is what fails.
 */
const waitAfter = (error: unknown, isItsOwn: boolean): number | undefined => {
  if (error instanceof NoTokenError || error instanceof VkTransportError) return error.retryAfterMs;
  if (error instanceof MustWait) return error.waitMs;
  return error instanceof CircuitOpenError && !isItsOwn ? error.retryAfterMs : undefined;
};
