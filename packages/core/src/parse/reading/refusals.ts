import type { ReadState } from '@otklik/contracts';
import { VkApiError } from '@otklik/shared';
import type { OpenPost } from '../frontier/frontier.ts';
import { MIN_PAGE } from '../frontier/limits.ts';

/** VK's word for many things, a post that is gone among them. What it was shows when the post is looked for by number. */
export const ACCESS_DENIED = 15;

/** What each code says of a post or wall, by the table of errors of the public schema. */
const states: Readonly<Record<number, ReadState>> = {
  7: 'private',
  15: 'private',
  18: 'deleted',
  19: 'private',
  30: 'private',
  104: 'deleted',
  113: 'deleted',
  125: 'deleted',
  183: 'private',
  203: 'private',
  210: 'private',
  211: 'private',
  212: 'closed',
  225: 'donut',
};

/** How reading ended where VK refused with this code; `error` where it says nothing about the thing itself. */
export const stateOfCode = (vkCode: number): ReadState => states[vkCode] ?? 'error';

/** The same of the comments of a post: those of a paid one are for subscribers, whatever VK calls it. */
export const stateOfPost = ({ isPaid }: Pick<OpenPost, 'isPaid'>, vkCode: number): ReadState => {
  const state = stateOfCode(vkCode);
  return isPaid === true && (state === 'closed' || state === 'private') ? 'donut' : state;
};

/** Heavy pages fail with an internal error (10), a timeout (36) or "too big" (13): worth asking for less. */
export const wantsLess = ({ vkClass, vkCode }: VkApiError): boolean => vkClass === 'split' || vkCode === 10;

/** Half of it; null when there is nothing to halve. */
export const halved = (pageSize: number): number | null => (pageSize <= MIN_PAGE ? null : Math.max(MIN_PAGE, Math.floor(pageSize / 2)));

/** VK says no to this very wall or post, whatever the token and however often it is asked. */
export const isRefusal = (thrown: unknown): thrown is VkApiError =>
  thrown instanceof VkApiError && (thrown.vkClass === 'permanent' || thrown.vkClass === 'bug');

/** No token of the workspace may ask this soon, or the attempt ends: nothing about the wall or post. What is asked stays open. */
export const isForNow = ({ vkClass }: VkApiError): boolean => vkClass === 'wait' || vkClass === 'token' || vkClass === 'operator';
