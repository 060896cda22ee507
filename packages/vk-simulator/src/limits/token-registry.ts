import type { TokenKind } from '../api/method.ts';
import { refuse } from '../api/refusal.ts';

export type TokenOptions = { readonly token: string; readonly requestsPerSecond: number; readonly kind: TokenKind };

export type TokenRegistry = {
  /** Replaces a token that is known already; its window starts anew. */
  add(options: TokenOptions): void;
  /** Counts a call of the token. Throws VkRefusal: 5 without a known token, 6 above its rate, 27 for a kind that may not. */
  admit(token: string | undefined, isForCommunityTokens: boolean): void;
};

type Window = { readonly kind: TokenKind; readonly starts: number[]; readonly requestsPerSecond: number };

/** Tokens and their rates: no more than so many calls start within any 1,000 ms. Refused calls don't count. */
export const createTokenRegistry = ({ now }: { readonly now: () => number }): TokenRegistry => {
  const windows = new Map<string, Window>();

  const count = (window: Window): void => {
    const time = now();
    while ((window.starts[0] ?? Infinity) <= time - 1_000) window.starts.shift();
    if (window.starts.length >= window.requestsPerSecond) throw refuse(6);
    window.starts.push(time);
  };

  return {
    add: ({ token, requestsPerSecond, kind }) => void windows.set(token, { kind, requestsPerSecond, starts: [] }),
    admit: (token, isForCommunityTokens) => {
      if (token === undefined || token === '') throw refuse(5, 'no access_token passed.');
      const window = windows.get(token);
      if (window === undefined) throw refuse(5, 'invalid access_token (4).');
      count(window);
      if (window.kind === 'community' && !isForCommunityTokens) throw refuse(27, 'method is unavailable with group auth.');
    },
  };
};
