import { VkTransportError } from '@otklik/shared';
import { toApiError } from '../errors/to-api-error.ts';
import type { Answered } from '../transport/ask.ts';
import type { VkMethod } from '../vk-methods.ts';

/** How one call inside of `execute` ended. */
export type InnerEnd = { readonly response: unknown } | { readonly error: unknown };

/**
 * Takes the answer of `execute` apart. A call that failed left `false` in its place; errors name their method only, so the
 * first error is that of the first `false`, and so on. Throws what concerns the script as a whole.
 */
export const readExecute = (methods: readonly VkMethod[], { response, execute_errors: errors = [] }: Answered): readonly InnerEnd[] => {
  if (!Array.isArray(response) || response.length !== methods.length) {
    const [first] = errors;
    throw first === undefined ? strange('There are not as many answers as there were calls.') : toApiError('execute', first);
  }
  const rest = [...errors];
  return methods.map((method, index): InnerEnd => {
    const answer: unknown = response[index];
    if (answer !== false) return { response: answer };
    const error = rest.shift();
    return { error: error === undefined ? strange(`The call of ${method} failed without an error.`) : toApiError(method, error) };
  });
};

const strange = (what: string): VkTransportError =>
  new VkTransportError('VK_BAD_ANSWER', `VK's answer to execute has a shape that Otklik does not know. ${what}`, {
    context: { method: 'execute' },
  });
