import type { Clock } from '@otklik/shared';
import type { VkMethod } from '../vk-methods.ts';
import type { VkToken } from './token-source.ts';

/** What this process has just learned of tokens, until the source tells it: a source may be late, or could not be told. */
export type TokenMemory = {
  rest(token: VkToken, method: VkMethod | undefined): void;
  isResting(token: VkToken, method: VkMethod | undefined): boolean;
  forgetExecute(token: VkToken): void;
  cannotExecute(token: VkToken): boolean;
  /** Once for each token. */
  isNewsThatItExecutes(token: VkToken): boolean;
  /** How often flood control has met the method with the token of late, this time included. */
  floods(token: VkToken, method: VkMethod): number;
};

/** Longer than a source takes to know what it was told. */
const IN_MIND_MS = 15_000;
/** After so long without flood control it begins anew. */
const PEACE_MS = 8 * 3_600_000;
/** Requests that were on their way together meet one flood: it is counted once. No rest is as short as this. */
const TOGETHER_MS = 60_000;

export const createTokenMemory = ({ clock }: { readonly clock: Pick<Clock, 'now'> }): TokenMemory => {
  const until = new Map<string, number>();
  const floods = new Map<string, { readonly count: number; readonly at: number }>();
  const executes = new Set<string>();
  const keyOf = ({ fingerprint }: VkToken, what = ''): string => `${fingerprint} ${what}`;
  const keepInMind = (key: string): void => void until.set(key, clock.now() + IN_MIND_MS);
  const isInMind = (key: string): boolean => (until.get(key) ?? -Infinity) > clock.now();

  return {
    rest: (token, method) => keepInMind(keyOf(token, method)),
    isResting: (token, method) => isInMind(keyOf(token, method)),
    forgetExecute: (token) => {
      keepInMind(keyOf(token, 'no execute'));
      executes.delete(token.fingerprint);
    },
    cannotExecute: (token) => isInMind(keyOf(token, 'no execute')),
    isNewsThatItExecutes: ({ fingerprint }) => {
      const isNews = !executes.has(fingerprint);
      executes.add(fingerprint);
      return isNews;
    },
    floods: (token, method) => {
      const now = clock.now();
      const known = floods.get(keyOf(token, method));
      if (known !== undefined && now - known.at < TOGETHER_MS) return known.count;
      const count = known !== undefined && now - known.at < PEACE_MS ? known.count + 1 : 1;
      floods.set(keyOf(token, method), { count, at: now });
      return count;
    },
  };
};
