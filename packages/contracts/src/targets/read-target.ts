import { readAddress } from './read-address.ts';
import { looksSecret } from './looks-secret.ts';
import { type ReadTarget, readPage } from './read-page.ts';

export type { ReadTarget } from './read-page.ts';

/** Longer than any address of VK, and what some browsers cut addresses to. */
const MAX_LENGTH = 2_048;

const SECRET = 'holds what looks like a token, which has no place here: tokens are added with POST /v1/vk-tokens';

/** Invisible, and copied along with links from messengers. */
const INVISIBLE = /^[\u200B-\u200D\u2060\uFEFF]+|[\u200B-\u200D\u2060\uFEFF]+$/g;

/**
 * Reads what people write for a wall or a post of VK: an address in any of its forms (with or without scheme, `m.`, `www.`,
 * `new.`, vk.com or vk.ru, `?w=wall-1_2`, replies `wall-1_2?reply=3`), `@name`, a screen name, or a bare id (-1, club1, wall-1_2,
 * -1_2). Never throws; what it answers as `ref` reads as itself.
 */
export const readTarget = (text: string): ReadTarget => {
  const trimmed = text.trim();
  if (trimmed.length > MAX_LENGTH) return { kind: 'invalid', reason: `is longer than ${MAX_LENGTH} characters` };
  if (looksSecret(trimmed)) return { kind: 'invalid', reason: SECRET };
  const visible = trimmed.replaceAll(INVISIBLE, '').trim();
  if (visible === '') return { kind: 'invalid', reason: 'is empty' };
  return readAddress(visible) ?? readPage(visible);
};
