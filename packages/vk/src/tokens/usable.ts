import type { VkMethod } from '../vk-methods.ts';
import type { VkToken, VkTokenMethod } from './token-source.ts';

export type { VkToken };

/**
 * When the token, or the method with it, may be used: now or earlier, at a time, or never as far as is known. `method`
 * undefined: any of them.
 */
export const freeAt = (token: VkToken, method: VkMethod | undefined, now: number): number => {
  const own = token.parkedUntil?.getTime() ?? -Infinity;
  const row = method && token.methods.find((one) => one.method === method);
  return row === undefined ? own : Math.max(own, methodFreeAt(row, now));
};

/**
 * A quota that is used up is tried once an hour: that is what the park after error 29 is for, also on later days, as VK's day
 * may begin at another hour than ours. Without any park, the day has to end.
 */
const methodFreeAt = ({ parkedUntil, dailyCap, callsToday }: VkTokenMethod, now: number): number => {
  if (parkedUntil !== null) return parkedUntil.getTime();
  return dailyCap !== null && callsToday >= dailyCap ? nextDay(now) : -Infinity;
};

const DAY_MS = 86_400_000;
const nextDay = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS;
