import { refuse } from '../api/refusal.ts';

/** What can be wrong with a token for a time, and how VK says so. */
const refusals = {
  revoked: () => refuse(5, 'user revoke access for this token.'),
  expired: () => refuse(1117),
  otherAddress: () => refuse(5, 'access_token was given to another ip address.'),
  captcha: () => refuse(14),
  validation: () => refuse(17),
  flood: () => refuse(9),
} as const;

export type TokenState = keyof typeof refusals;

export type StateChange = {
  readonly state: TokenState;
  /** Only calls of this method, also inside `execute`. Default: every request. */
  readonly method?: string | undefined;
  /** For so many milliseconds. Default: for good. */
  readonly forMs?: number | undefined;
};

export type TokenStates = {
  add(change: StateChange): void;
  /** All is well again. */
  clear(): void;
  /** Throws VkRefusal when the token is in a state: of this method, or of all when none is named. */
  check(method?: string): void;
};

export const createTokenStates = ({ now }: { readonly now: () => number }): TokenStates => {
  let states: readonly { readonly state: TokenState; readonly method: string | undefined; readonly until: number }[] = [];
  return {
    add: ({ state, method, forMs = Infinity }) => {
      states = [...states, { state, method, until: now() + forMs }];
    },
    clear: () => {
      states = [];
    },
    check: (method) => {
      const found = states.find((it) => it.method === method && it.until > now());
      if (found !== undefined) throw refusals[found.state]();
    },
  };
};
