import type { z } from 'zod';
import { shaped } from '../transport/shaped.ts';
import type { VkParams } from '../transport/ask.ts';
import type { VkMethod } from '../vk-methods.ts';

/** One call of VK on its own. */
export type VkCall<T> = {
  readonly method: VkMethod;
  readonly params: VkParams;
  /** What the answer must look like. */
  readonly answer: z.ZodType<T>;
  readonly signal: AbortSignal;
};

/** Throws VkApiError, VkTransportError, CircuitOpenError, NoTokenError, or the signal's reason. */
export type CallVk = <T>(call: VkCall<T>) => Promise<T>;

/** One call of VK, alone or among others. */
export type PoolCall<T> = {
  readonly method: VkMethod;
  readonly params: VkParams;
  /** Throws VkTransportError for an answer of another shape. */
  read(response: unknown): T;
};

/**
 * How a call ended. `error`: why it was given up; `fault`: what VK had said of the call itself before, if anything.
 * `isItsOwn`: others were answered between its tries, so that VK is there and the fault is of this call.
 */
export type CallEnd<T> = { readonly value: T } | { readonly error: unknown; readonly fault?: unknown; readonly isItsOwn?: boolean };

export const poolCall = <A, T>(
  method: VkMethod,
  { params, answer, toValue }: { readonly params: VkParams; readonly answer: z.ZodType<A>; readonly toValue: (answer: A) => T },
): PoolCall<T> => ({ method, params, read: (response) => toValue(shaped(method, answer.safeParse(response))) });
