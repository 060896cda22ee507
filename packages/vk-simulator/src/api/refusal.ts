import { AppError } from '@otklik/shared';

/** VK's standard sentences, from the public schema 5.199. */
const sentences = {
  1: 'Unknown error occurred',
  3: 'Unknown method passed',
  5: 'User authorization failed',
  6: 'Too many requests per second',
  8: 'Invalid request',
  15: 'Access denied',
  18: 'User was deleted or banned',
  19: 'Content blocked',
  27: 'Group authorization failed',
  30: 'This profile is private',
  100: 'One of the parameters specified was missing or invalid',
  113: 'Invalid user id',
  125: 'Invalid group id',
  212: 'Access to post comments denied',
  225: 'Donut is disabled',
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

/** The sentence of codes that only a script asks for. */
export const sentenceOf = (vkCode: number): string =>
  Object.entries(sentences).find(([code]) => Number(code) === vkCode)?.[1] ?? `Error ${vkCode}`;
