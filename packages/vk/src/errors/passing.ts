import { VkApiError, VkTransportError } from '@otklik/shared';

/** More requests than the token may start: no fault of the call, and over in a second. */
export const isTooFast = (thrown: unknown): thrown is VkApiError => thrown instanceof VkApiError && thrown.vkCode === 6;

/** Faults that another try a moment later may not meet. Being asked to wait or to ask for less is the caller's business. */
export const isPassing = (thrown: unknown): boolean =>
  (thrown instanceof VkTransportError && thrown.retryAfterMs === undefined) || (thrown instanceof VkApiError && thrown.vkClass === 'retry');
