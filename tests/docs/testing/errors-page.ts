import { ruleFailures } from '@otklik/contracts';
import { type VkErrorClass, errorCatalog } from '@otklik/shared';
import { type VkTokenFate, knownVkCodes, vkErrorRule } from '@otklik/vk';

const HEAD = `# Errors

Made from the code by \`npm run docs\`; a test keeps it so.

Every error answer of the API is a \`application/problem+json\` (RFC 9457) with \`type\` (\`urn:otklik:problem:\` and the code in
small letters with dashes), \`title\`, \`status\`, often \`detail\`, \`code\`, \`requestId\`, and for invalid requests \`errors\` with
the place of each fault. A job that ended badly carries the same codes in its \`error\`; reading such a job is a 200.

## Codes
`;

const RULES_HEAD = `
## Jobs ended by a rule

No attempt threw these; the job met a limit. The job is in the state \`failed\` or \`timed_out\`.
`;

const VK_HEAD = `
## What VK says

A job with the code \`VK_API\` names VK's own number in \`vkCode\`. What Otklik does about it depends on its class:
`;

const classes: Readonly<Record<VkErrorClass, string>> = {
  retry: 'tried again at once a few times, then with a growing pause; counts for the circuit breaker',
  wait: 'a limit of VK: the job waits for it and spends no attempt',
  token: 'the token is at fault: another one makes the call',
  permanent: 'VK will never give this: reported with the result, the rest is collected',
  operator: 'a person has to act at VK; where the token rests for it, others go on',
  bug: 'our request is wrong: please report it',
  split: 'too much at once: Otklik asks for less',
};

const fates: Readonly<Record<VkTokenFate, string>> = {
  slower: 'nobody starts a request with it for a moment, and its pace drops a little for some minutes',
  park: 'it rests, and is tried again when the time is over; other tokens go on',
  park_method: 'the same, for the one method',
  no_right: 'it is not asked for this method any more, for a day',
  not_here: 'another one is asked; where there is none, what was asked for counts as refused, and all else is read on',
  invalid: 'it is taken out, with the reason; somebody has to add another one',
};

const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`;
const head = (...names: readonly string[]): string => row(...names) + row(...names.map(() => '---'));

/** `docs/errors.md` as the code would have it. */
export const errorsPage = (): string => [HEAD, codes(), RULES_HEAD, rules(), VK_HEAD, vkClasses(), vkFates(), vkCodes()].join('\n');

const codes = (): string =>
  head('code', 'status', 'title', 'what to do') +
  Object.entries(errorCatalog)
    .map(([code, { status, title, advice }]) => row(`\`${code}\``, String(status), title, advice))
    .join('');

const rules = (): string =>
  head('code', 'meaning') +
  Object.values(ruleFailures)
    .map(({ code, message }) => row(`\`${code}\``, message))
    .join('');

const vkClasses = (): string =>
  head('class', 'what Otklik does') +
  Object.entries(classes)
    .map(([name, meaning]) => row(name, meaning))
    .join('');

const vkFates = (): string =>
  head('what becomes of the token', 'what that is') +
  Object.entries(fates)
    .map(([name, meaning]) => row(name, meaning))
    .join('');

/** Codes that are handled alike and mean the same share a row. */
const vkCodes = (): string =>
  head('VK codes', 'class', 'the token', 'what it means and what to do') +
  Object.values(Object.groupBy(knownVkCodes, (code) => JSON.stringify(vkErrorRule(code))))
    .flatMap((alike = []) => alike.slice(0, 1).map((first) => ({ alike, first, rule: vkErrorRule(first) })))
    .toSorted((a, b) => a.first - b.first)
    .map(({ alike, rule }) => row(alike.join(', '), rule.class, rule.token ?? '–', rule.sentence))
    .join('') +
  '\nThese are all codes of the public schema 5.199. A code that is not in the table is tried again a few times and then reported with its number.\n';
