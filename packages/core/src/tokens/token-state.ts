import type { VkTokenRow, VkTokenState } from '@otklik/contracts';

export type TokenStanding = {
  readonly state: VkTokenState;
  /** When it goes on by itself; null where it does not, or need not. */
  readonly until: Date | null;
  readonly vkCode: number | null;
  /** Why it is not active. */
  readonly reason: string | null;
};

const ACTIVE: TokenStanding = { state: 'active', until: null, vkCode: null, reason: null };

/** Whether a token is used at this moment, and why not. */
export const standingOf = (
  { invalidAt, expiresAt, parkedUntil, vkCode, reason }: Pick<VkTokenRow, 'invalidAt' | 'expiresAt' | 'parkedUntil' | 'vkCode' | 'reason'>,
  now: Date,
): TokenStanding => {
  if (invalidAt !== null) return { state: 'invalid', until: null, vkCode, reason };
  if (expiresAt !== null && expiresAt <= now) return { state: 'invalid', until: null, vkCode: null, reason: 'The token has expired.' };
  if (parkedUntil !== null && parkedUntil > now) return { state: 'parked', until: parkedUntil, vkCode, reason };
  return ACTIVE;
};
