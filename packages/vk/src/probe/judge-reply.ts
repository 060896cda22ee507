import { vkErrorRule } from '../errors/error-table.ts';
import { sentenceOf } from '../errors/to-api-error.ts';
import type { ProbedMethod } from './token-probe.ts';
import type { Reply } from './probe-requests.ts';

/** Whatever the method: revoked, expired, of another address or application, deactivated. */
const OF_NO_USE = new Set([5, 38, 1114, 1116, 1117, 1118, 3609, 3610, 3611]);
/** Somebody has to act on the account or the application first. */
const NEEDS_A_PERSON = new Set([2, 11, 14, 17, 24, 25, 41, 42, 101, 3300, 3301, 3302, 3303, 3304, 3305, 11_500]);
/** "May not", of one method. 15 as well: what is asked for is public (negezor/vk-io#474, #177). */
const MAY_NOT = new Set([3, 7, 15, 20, 21, 23, 27, 28, 30]);
const LIMITED = new Set([9, 29, 103, 601, 1105]);
const PASSING = new Set([1, 6, 10, 32, 36, 43]);

/** What a reply says of the whole token; null: nothing. */
export const tokenFaultOf = (reply: Reply): { readonly verdict: 'invalid' | 'parked'; readonly vkCode: number } | null => {
  if (reply.kind !== 'refused') return null;
  if (OF_NO_USE.has(reply.vkCode)) return { verdict: 'invalid', vkCode: reply.vkCode };
  return NEEDS_A_PERSON.has(reply.vkCode) ? { verdict: 'parked', vkCode: reply.vkCode } : null;
};

/** Whether a method may be called, as one reply shows it. */
export const judgeReply = (method: string, isNeeded: boolean, reply: Reply): ProbedMethod => {
  const base = { method, isNeeded, vkCode: reply.kind === 'refused' ? reply.vkCode : null };
  if (reply.kind === 'answered') return { ...base, may: 'yes', detail: 'answers' };
  if (reply.kind === 'not_tried') return { ...base, may: 'not_tried', detail: 'not tried' };
  if (reply.kind === 'failed') return { ...base, may: 'unknown', detail: reply.sentence };
  return { ...base, may: mayOf(reply.vkCode), detail: sentenceOf(reply.vkCode, reply.isAboutRights) };
};

const mayOf = (vkCode: number): ProbedMethod['may'] => {
  if (MAY_NOT.has(vkCode) || OF_NO_USE.has(vkCode)) return 'no';
  if (LIMITED.has(vkCode)) return 'limited';
  if (PASSING.has(vkCode) || NEEDS_A_PERSON.has(vkCode)) return 'unknown';
  // VK took the call and objects to the thing that was asked for.
  return vkErrorRule(vkCode).class === 'permanent' || vkCode === 100 ? 'yes' : 'unknown';
};
