import { VkApiError } from '@otklik/shared';
import { z } from 'zod';
import { vkErrorRule } from './error-table.ts';

/** The error half of an answer. Its `request_params` can echo the token, so they are not even read. */
export const VkErrorBody = z.object({
  error_code: z.int(),
  error_subcode: z.int().optional(),
  /** What VK's words are about. The words themselves are not kept: they may quote the request. */
  error_msg: z
    .string()
    .transform((words) => ({
      isAboutAddress: /\bip[ -]?address|another ip\b/i.test(words),
      /** The token works, and the method is not for it. */
      isAboutRights: /method is unavailable/i.test(words),
    }))
    .optional()
    .catch(undefined),
});
export type VkErrorBody = z.output<typeof VkErrorBody>;

/** The token works, and may not call this method. */
export const lacksRight = ({ context }: VkApiError): boolean => context['lacksRight'] === true;

/** What VK says, in a sentence. Its 28 is told of keys that work, too. */
export const sentenceOf = (vkCode: number, isAboutRights: boolean): string =>
  vkCode === 28 && isAboutRights ? 'The method is not open to service keys.' : vkErrorRule(vkCode).sentence;

/** VK's error object in our words; VK's own text is kept out because it may quote the request. */
export const toApiError = (method: string, { error_code: vkCode, error_subcode, error_msg: words }: VkErrorBody): VkApiError => {
  const rule = vkErrorRule(vkCode);
  const sentence = sentenceOf(vkCode, words?.isAboutRights === true);
  return new VkApiError(`${sentence} (VK error ${vkCode} of ${method})`, {
    vkCode,
    vkClass: rule.class,
    method,
    context: {
      vkCode,
      method,
      ...(error_subcode !== undefined && { subcode: error_subcode }),
      ...(words?.isAboutRights === true && { lacksRight: true }),
    },
    ...(rule.retryAfterMs !== undefined && { retryAfterMs: rule.retryAfterMs }),
  });
};
