import { VkApiError } from '@otklik/shared';
import { z } from 'zod';
import { vkErrorRule } from './error-table.ts';

/** The error half of an answer. Its `request_params` can echo the token, so they are not even read. */
export const VkErrorBody = z.object({
  error_code: z.int(),
  error_subcode: z.int().optional(),
  /** Whether VK's words are about an IP address. The words themselves are not kept. */
  error_msg: z
    .string()
    .transform((words) => /\bip[ -]?address|another ip\b/i.test(words))
    .optional(),
});
export type VkErrorBody = z.output<typeof VkErrorBody>;

/** VK's error object in our words; VK's own text is kept out because it may quote the request. */
export const toApiError = (method: string, { error_code: vkCode, error_subcode }: VkErrorBody): VkApiError => {
  const rule = vkErrorRule(vkCode);
  return new VkApiError(`${rule.sentence} (VK error ${vkCode} of ${method})`, {
    vkCode,
    vkClass: rule.class,
    method,
    context: { vkCode, method, ...(error_subcode !== undefined && { subcode: error_subcode }) },
    ...(rule.retryAfterMs !== undefined && { retryAfterMs: rule.retryAfterMs }),
  });
};
