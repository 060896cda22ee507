import { NoTokenError } from '@otklik/shared';
import type { VkMethod } from '../vk-methods.ts';
import { type VkToken, freeAt } from './usable.ts';

/** What else may mend it than a change of the tokens, which is told: settings of other processes, say. Looking asks VK nothing. */
const LOOK_AGAIN_MS = 300_000;
/** VK refused a token here a moment ago, and who keeps the tokens says by now that it can be used. */
const SOON_MS = 15_000;

/** Tokens that could not be opened are not among those that a situation has. */
const NONE_WORKS =
  'The workspace has no VK token that works. Add one, and the job goes on by itself. If its list shows an active one, OTKLIK_KEYRING lacks its key.';

type Situation = { readonly tokens: readonly VkToken[]; readonly method: VkMethod | undefined; readonly now: number };

/** Why no token of a workspace can be used, in a sentence, and when to look again. */
export const noToken = ({ tokens, method, now }: Situation): NoTokenError => {
  if (tokens.length === 0) return new NoTokenError(NONE_WORKS, { retryAfterMs: LOOK_AGAIN_MS });
  const first = Math.min(...tokens.map((token) => freeAt(token, method, now)));
  const retryAfterMs = first <= now ? SOON_MS : Math.max(1_000, first - now);
  const isOfMethod = method !== undefined && tokens.some((token) => freeAt(token, undefined, now) <= now);
  const what = isOfMethod ? `held back from ${method}` : 'held back';
  const when = first > now ? ` The first is free again at ${new Date(first).toISOString()}.` : '';
  const message = `VK has ${tokens.length === 1 ? 'the one token' : `all ${tokens.length} tokens`} of the workspace ${what}.${when} The list of VK tokens says why.`;
  return new NoTokenError(message, { retryAfterMs, context: { tokens: tokens.length, ...(method !== undefined && { method }) } });
};
