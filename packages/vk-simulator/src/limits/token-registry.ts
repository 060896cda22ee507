import { NotFoundError } from '@otklik/shared';
import { EXECUTE, type MethodRights, type TokenKind } from '../api/method.ts';
import { type VkRefusal, refuse, refuseWith } from '../api/refusal.ts';
import { type DailyCounts, createDailyCounts } from './daily-counts.ts';
import { type StateChange, type TokenStates, createTokenStates } from './token-states.ts';

export type TokenOptions = {
  readonly token: string;
  readonly requestsPerSecond: number;
  readonly kind: TokenKind;
  /** Default true, also for service keys: VK's site says so, its schema does not. */
  readonly mayExecute?: boolean;
  /** Calls of a method per day, those inside `execute` included; error 29 above. Default: no caps. */
  readonly dailyCaps?: Readonly<Record<string, number>>;
  /** Methods that this token may not call, and the code that says so. */
  readonly refuses?: Readonly<Record<string, number>>;
};

/** A token whose request has started. */
export type StartedToken = {
  /** Counts a call of a method. Throws VkRefusal: 27, 28 for a kind that may not, 29 above the day's cap, and what was scripted. */
  use(method: MethodRights): void;
};

export type TokenRegistry = {
  /** Replaces a token that is known already; its window, its counts and its states start anew. */
  add(options: TokenOptions): void;
  /** Throws NotFoundError for an unknown token. */
  change(token: string, change: StateChange | 'active'): void;
  /** Counts a request of the token. Throws VkRefusal: 5 without a known token, 6 above its rate, and what its state says. */
  start(token: string | undefined): StartedToken;
};

type Known = { readonly options: TokenOptions; readonly starts: number[]; readonly states: TokenStates; readonly day: DailyCounts };

/** Tokens and their limits: no more than so many requests start within any 1,000 ms. Refused requests don't count. */
export const createTokenRegistry = ({ now }: { readonly now: () => number }): TokenRegistry => {
  const tokens = new Map<string, Known>();

  const countStart = ({ starts, options }: Known): void => {
    const time = now();
    while ((starts[0] ?? Infinity) <= time - 1_000) starts.shift();
    if (starts.length >= options.requestsPerSecond) throw refuse(6);
    starts.push(time);
  };

  return {
    add: (options) =>
      void tokens.set(options.token, {
        options,
        starts: [],
        states: createTokenStates({ now }),
        day: createDailyCounts(options.dailyCaps ?? {}, { now }),
      }),
    change: (token, change) => {
      const states = tokens.get(token)?.states;
      if (states === undefined) throw new NotFoundError('There is no such token.');
      return change === 'active' ? states.clear() : states.add(change);
    },
    start: (token) => {
      if (token === undefined || token === '') throw refuse(5, 'no access_token passed.');
      const known = tokens.get(token);
      if (known === undefined) throw refuse(5, 'invalid access_token (4).');
      known.states.check();
      countStart(known);
      return { use: (method) => use(known, method) };
    },
  };
};

const use = ({ options, states, day }: Known, method: MethodRights): void => {
  const code = options.refuses?.[method.name];
  if (code !== undefined) throw refuseWith(code);
  if (!method.tokens.includes(options.kind)) throw noRight(options.kind);
  if (method.name === EXECUTE.name && options.mayExecute === false) throw noRight(options.kind);
  states.check(method.name);
  day.count(method.name);
};

/** How VK tells a token that the method is not for its kind: negezor/vk-io#18 and #177. */
const noRight = (kind: TokenKind): VkRefusal => {
  switch (kind) {
    case 'community':
      return refuse(27, 'method is unavailable with group auth.');
    case 'service':
      return refuse(28, 'method is unavailable with service token.');
    case 'user':
      return refuse(15);
  }
};
