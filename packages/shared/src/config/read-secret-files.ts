import { readFileSync, statSync } from 'node:fs';
import { ConfigError } from '../errors/config-error.ts';

/** What may be told by a file: an environment is seen by whoever may look at the process or its container. */
export const SECRET_VARIABLES = ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'QUEUE_URL', 'CACHE_URL', 'VK_TOKEN', 'OTKLIK_KEYRING'] as const;

/** Their file may be there and empty, as `npm run secrets` makes it: tokens can also be added over the API. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['VK_TOKEN']);

const READABLE_BY_ALL = 0o004;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The same environment with the secrets that it names files for: `VK_TOKEN_FILE=/run/secrets/vk_token` gives `VK_TOKEN`,
 * without white space around it. Throws ConfigError, one line a fault, for a file that is missing, empty (but for a token of
 * VK), closed to us or open to everybody, and for a variable that is told both ways.
 */
export const readSecretFiles = (env: Env): Env => {
  const faults: string[] = [];
  const read: Record<string, string> = {};
  for (const name of SECRET_VARIABLES) {
    const path = env[`${name}_FILE`];
    if (path === undefined || path === '') continue;
    const found = readSecret(path);
    if (env[name] !== undefined && env[name] !== '') faults.push(`  ${name}: is set, and ${name}_FILE as well; leave one of them out`);
    else if ('fault' in found && !(found.fault === EMPTY && MAY_BE_EMPTY.has(name))) faults.push(`  ${name}_FILE: ${path} ${found.fault}`);
    else if ('secret' in found) read[name] = found.secret;
  }
  if (faults.length > 0) throw new ConfigError(`The configuration is not usable:\n${faults.join('\n')}`);
  return { ...env, ...read };
};

const EMPTY = 'is empty';

const readSecret = (path: string): { readonly secret: string } | { readonly fault: string } => {
  try {
    if ((statSync(path).mode & READABLE_BY_ALL) !== 0) return { fault: 'can be read by everybody; take that away with chmod o-r' };
    const secret = readFileSync(path, 'utf8').trim();
    return secret === '' ? { fault: EMPTY } : { secret };
  } catch (thrown) {
    const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : String(thrown);
    return { fault: `can't be read (${code})` };
  }
};
