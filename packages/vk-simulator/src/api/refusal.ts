import { AppError } from '@otklik/shared';

/** VK's standard sentences, from the public schema 5.199. */
const sentences = {
  1: 'Unknown error occurred',
  3: 'Unknown method passed',
  5: 'User authorization failed',
  6: 'Too many requests per second',
  7: 'Permission to perform this action is denied',
  8: 'Invalid request',
  9: 'Flood control',
  10: 'Internal server error',
  12: 'Unable to compile code',
  13: 'Runtime error occurred during code invocation',
  14: 'Captcha needed',
  15: 'Access denied',
  17: 'Validation required',
  18: 'User was deleted or banned',
  19: 'Content blocked',
  20: 'Permission to perform this action is denied for non-standalone applications',
  21: 'Permission to perform this action is allowed only for standalone and OpenAPI applications',
  23: 'This method was disabled',
  27: 'Group authorization failed',
  28: 'Application authorization failed',
  29: 'Rate limit reached',
  30: 'This profile is private',
  36: 'Method execution was interrupted due to timeout',
  42: 'IP is not allowed',
  100: 'One of the parameters specified was missing or invalid',
  104: 'Not found',
  113: 'Invalid user id',
  125: 'Invalid group id',
  203: 'Access to group denied',
  210: "Access to wall's post denied",
  212: 'Access to post comments denied',
  225: 'Donut is disabled',
  801: 'Comments for this video are closed',
  1114: 'Anonymous token has expired',
  1116: 'Anonymous token is invalid',
  1117: 'Access token has expired',
  1118: 'Anonymous token ip mismatch',
  3300: 'Recaptcha needed',
  3609: 'Token extension required',
  3610: 'User is deactivated',
  3611: 'Service is deactivated for user',
} as const;

/** The simulated VK says no: answered as `{error}` with HTTP 200. */
export class VkRefusal extends AppError {
  readonly code = 'VK_REFUSAL';
  readonly vkCode: number;

  constructor(vkCode: number, message: string) {
    super(message);
    this.vkCode = vkCode;
  }
}

/** A refusal in VK's words: the standard sentence and, after a colon, what exactly. */
export const refuse = (vkCode: keyof typeof sentences, detail?: string): VkRefusal =>
  new VkRefusal(vkCode, detail === undefined ? sentences[vkCode] : `${sentences[vkCode]}: ${detail}`);

/** A refusal that a script asks for, with any code. Default of the message: the standard sentence of the code. */
export const refuseWith = (vkCode: number, message = sentenceOf(vkCode)): VkRefusal => new VkRefusal(vkCode, message);

const sentenceOf = (vkCode: number): string =>
  Object.entries(sentences).find(([code]) => Number(code) === vkCode)?.[1] ?? `Error ${vkCode}`;
