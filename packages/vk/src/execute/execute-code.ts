import type { VkParams } from '../transport/ask.ts';
import type { VkMethod } from '../vk-methods.ts';

/** Calls that VK makes in one request at most. */
export const MAX_INNER_CALLS = 25;

const INTEGER = /^-?\d{1,16}$/;

/**
 * The script that makes the calls and returns their answers in order. Its strings are JSON strings, which VKScript reads alike.
 * Ids beyond the exact numbers of JavaScript stay strings, which VK takes too.
 */
export const executeCode = (calls: readonly { readonly method: VkMethod; readonly params: VkParams }[]): string =>
  `return [${calls.map(({ method, params }) => `API.${method}(${argumentsOf(params)})`).join(',')}];`;

const argumentsOf = (params: VkParams): string =>
  JSON.stringify(
    Object.fromEntries(Object.entries(params).flatMap(([name, value]) => (value === undefined ? [] : [[name, literalOf(value)]]))),
  );

const literalOf = (value: string | number): string | number => {
  const number = typeof value === 'string' && INTEGER.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && String(number) === String(value) ? number : value;
};
