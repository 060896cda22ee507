import type { VkErrorClass } from '@otklik/shared';
import { codesOfOtherSections } from './other-sections.ts';

/** What Otklik does about one `error_code`, and how it says so. */
export type VkErrorRule = {
  readonly class: VkErrorClass;
  /** A sentence for the owner of the job: what happened and, where somebody can act, what to do. */
  readonly sentence: string;
  /** What becomes of the token that was used; undefined: nothing. */
  readonly token?: VkTokenFate;
  /** Wait at least so long before the next call, where the code implies it. */
  readonly retryAfterMs?: number;
};

/**
 * What an error says of the token:
 * slower (it goes on after a pause, at a lower pace) · park (VK holds it back, or wants its owner to do something) ·
 * park_method (the same, for the one method) · no_right (it may never call this method) · not_here (it may not read what was asked
 * for) · invalid (it is of no use any more).
 */
export const vkTokenFates = ['slower', 'park', 'park_method', 'no_right', 'not_here', 'invalid'] as const;
export type VkTokenFate = (typeof vkTokenFates)[number];

const HOUR_MS = 3_600_000;

const rule = (errorClass: VkErrorClass, sentence: string, more: Pick<VkErrorRule, 'token' | 'retryAfterMs'> = {}): VkErrorRule => ({
  class: errorClass,
  sentence,
  ...more,
});

/** Somebody has to act on the account or the application: looking once an hour is soon enough. */
const PARKED = { token: 'park', retryAfterMs: HOUR_MS } as const;
const INVALID = { token: 'invalid' } as const;
const NO_RIGHT = { token: 'no_right' } as const;

/**
 * The one table of VK's error codes. Names and meaning: `errors.json` of the public schema 5.199; what to do: the
 * experience of client libraries. A code that is not here is retried a few times and then reported with its number.
 */
const rules: Readonly<Record<number, VkErrorRule>> = {
  1: rule('retry', 'VK reports an unknown error.'),
  2: rule('operator', 'The VK application is switched off. Switch it on in the settings of the application.', PARKED),
  3: rule('token', 'The token can not call this method. Use a service key or a user token.', NO_RIGHT),
  4: rule('bug', 'VK calls the signature of the request wrong.'),
  5: rule('token', 'VK does not accept the token: revoked, expired or bound to another IP address.', INVALID),
  6: rule('wait', 'Too many requests per second.', { token: 'slower', retryAfterMs: 1_000 }),
  // Said of one wall as well as of a method, and nothing tells which: what else there is to read must not wait for it.
  7: rule('permanent', 'VK does not permit this to the token: the page is closed to it, or the token lacks a permission.', {
    token: 'not_here',
  }),
  8: rule('bug', 'VK calls the request invalid.'),
  9: rule('wait', "VK's flood control holds the token back.", { token: 'park_method', retryAfterMs: 15 * 60_000 }),
  10: rule('retry', 'VK reports an internal error.'),
  11: rule('operator', 'The VK application is in test mode.', PARKED),
  12: rule('bug', 'VK could not compile the script.'),
  13: rule('split', 'The answer would be too big for VK.'),
  14: rule('operator', 'VK asks for a captcha. Solve it in the browser with the account of the token.', PARKED),
  15: rule('permanent', 'VK denies access: a closed community, a removed post, or a wall that is switched off.'),
  16: rule('bug', 'VK wants HTTPS.'),
  17: rule('operator', 'VK asks to validate the account of the token in the browser.', PARKED),
  18: rule('permanent', 'The page was deleted or banned.'),
  19: rule('permanent', 'VK has blocked this content.'),
  20: rule('operator', 'The method is closed for this kind of application.', NO_RIGHT),
  21: rule('operator', 'The method is open to standalone applications only.', NO_RIGHT),
  23: rule('permanent', 'VK has switched the method off.'),
  24: rule('operator', 'VK asks for a confirmation by the user.', PARKED),
  25: rule('operator', 'VK asks to confirm the token.', PARKED),
  27: rule('token', 'A community token can not read walls. Use a service key or a user token.', INVALID),
  28: rule('token', 'VK does not accept the service key.', INVALID),
  29: rule('wait', 'The daily quota of this method is used up.', { token: 'park_method', retryAfterMs: HOUR_MS }),
  30: rule('permanent', 'The profile is private.'),
  32: rule('wait', 'VK asks to wait.', { token: 'slower', retryAfterMs: 10_000 }),
  33: rule('operator', 'VK has not implemented this yet.'),
  34: rule('operator', 'VK does not serve this version of the API any more. Update Otklik.'),
  35: rule('operator', 'VK wants a newer client. Update Otklik.'),
  36: rule('split', 'The method took VK too long.'),
  37: rule('permanent', 'The user is banned.'),
  38: rule('token', 'VK does not know the application of the token.', INVALID),
  39: rule('permanent', 'VK does not know this user.'),
  40: rule('permanent', 'VK does not know this community.'),
  41: rule('operator', 'VK wants the account of the token to be completed first.', PARKED),
  42: rule('operator', 'The token may not be used from the IP address of this machine.', PARKED),
  43: rule('retry', 'This section of VK is switched off for now.', { retryAfterMs: 60_000 }),
  100: rule('bug', 'VK calls a parameter wrong or missing.'),
  101: rule('operator', 'The id of the VK application is wrong.', PARKED),
  103: rule('wait', 'A limit of VK is reached.', { token: 'park_method', retryAfterMs: HOUR_MS }),
  104: rule('permanent', 'VK has nothing under this name.'),
  113: rule('permanent', 'There is no user with this id.'),
  125: rule('permanent', 'There is no community with this id.'),
  141: rule('permanent', 'VK denies access to the page.'),
  181: rule('permanent', 'VK denies access to the note.'),
  182: rule('permanent', 'VK denies access to the comments of the note.'),
  183: rule('permanent', 'VK denies access to the comment.'),
  200: rule('permanent', 'VK denies access to the album.'),
  201: rule('permanent', 'VK denies access to the audio.'),
  203: rule('permanent', 'The community is private: a token of one of its members is needed.'),
  204: rule('permanent', 'VK denies access to the video.'),
  205: rule('permanent', 'VK denies access to the market.'),
  210: rule('permanent', 'VK denies access to the post.'),
  211: rule('permanent', 'VK denies access to the comment.'),
  212: rule('permanent', 'The comments of the post are closed or hidden.'),
  213: rule('bug', 'VK does not let the token add a comment.'),
  214: rule('bug', 'VK does not let the token add a post.'),
  219: rule('bug', 'An advertising post was added recently.'),
  220: rule('bug', 'Too many recipients.'),
  222: rule('bug', 'Links are forbidden here.'),
  223: rule('bug', 'Too many replies.'),
  224: rule('bug', 'The limit of advertising posts is reached.'),
  225: rule('permanent', 'The community has no paid subscription.'),
  260: rule('permanent', 'VK denies access to the list of communities.'),
  601: rule('wait', 'Too many actions today.', PARKED),
  801: rule('permanent', 'The comments of the video are closed.'),
  1105: rule('wait', 'Too many sign-ins.', PARKED),
  1114: rule('token', 'The anonymous token has expired.', INVALID),
  1116: rule('token', 'The anonymous token is not valid.', INVALID),
  1117: rule('token', 'The token has expired.', INVALID),
  1118: rule('token', 'The anonymous token belongs to another IP address.', INVALID),
  1401: rule('permanent', 'The comments of the market item are closed.'),
  3300: rule('operator', 'VK asks for a captcha. Solve it in the browser with the account of the token.', PARKED),
  3301: rule('operator', 'VK asks to confirm the phone number of the account.', PARKED),
  3302: rule('operator', 'VK asks for the password of the account.', PARKED),
  3303: rule('operator', 'VK asks for a one-time code of the account.', PARKED),
  3304: rule('operator', 'VK asks for an e-mail confirmation of the account.', PARKED),
  3305: rule('operator', 'VK asks to assert the votes of the account.', PARKED),
  3609: rule('token', 'VK asks to extend the token.', INVALID),
  3610: rule('token', 'The account of the token is deactivated.', INVALID),
  3611: rule('token', 'The service of the token is deactivated.', INVALID),
  11500: rule('operator', 'VK asks for a confirmation by the user.', PARKED),
};

const OF_OTHER_SECTIONS = new Map(
  Object.entries(codesOfOtherSections).flatMap(([section, codes]) =>
    codes.map((code) => [code, rule('bug', `VK answers with an error of ${section}, which Otklik never asks for.`)] as const),
  ),
);

const UNKNOWN = rule('retry', 'VK reports an error that Otklik does not know yet.');

/** Whether the table has it: VK adds codes without a word. */
export const isKnownVkCode = (vkCode: number): boolean => vkCode in rules || OF_OTHER_SECTIONS.has(vkCode);

/** What to do about an `error_code`; new codes count as worth another try. */
export const vkErrorRule = (vkCode: number): VkErrorRule => rules[vkCode] ?? OF_OTHER_SECTIONS.get(vkCode) ?? UNKNOWN;

/** The codes that the table names, ascending. */
export const knownVkCodes: readonly number[] = [...Object.keys(rules).map(Number), ...OF_OTHER_SECTIONS.keys()].toSorted((a, b) => a - b);
