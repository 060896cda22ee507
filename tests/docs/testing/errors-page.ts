import { ruleFailures } from '@otklik/contracts';
import { type VkErrorClass, errorCatalog } from '@otklik/shared';
import { knownVkCodes, vkErrorRule } from '@otklik/vk';

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
  token: 'the token is at fault: the job fails with what to do about it',
  permanent: 'VK will never give this: reported with the result, the rest is collected',
  operator: 'a person has to act at VK',
  bug: 'our request is wrong: please report it',
  split: 'too much at once: Otklik asks for less',
};

const row = (...cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |\n`;
const head = (...names: readonly string[]): string => row(...names) + row(...names.map(() => '---'));

/** `docs/errors.md` as the code would have it. */
export const errorsPage = (): string => [HEAD, codes(), RULES_HEAD, rules(), VK_HEAD, vkClasses(), vkCodes()].join('\n');

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

const vkCodes = (): string =>
  head('VK code', 'class', 'what it means and what to do') +
  knownVkCodes
    .map((code) => ({ code, ...vkErrorRule(code) }))
    .map(({ code, class: name, sentence }) => row(String(code), name, sentence))
    .join('') +
  '\nA code that is not in the table is tried again a few times and then reported with its number.\n';
