import { makeForgetTokens, makeRewrapTokens } from '@otklik/core';
import type { Database } from '@otklik/db';
import { ConfigError, type Keyring, generateRingKey } from '@otklik/shared';

const USAGE = `Usage:
  npm run keyring -- new      prints a fresh key: put it in front of OTKLIK_KEYRING, the old ones behind it
  npm run keyring -- show     which keys seal stored tokens, and which of them the ring has
  npm run keyring -- rewrap   puts all stored tokens under the first key of OTKLIK_KEYRING
  npm run keyring -- forget KEY_ID   deletes the tokens under a key that is lost: nothing else opens them`;

type Deps = {
  readonly keyring: Keyring | undefined;
  /** Opened by the commands that look at stored tokens. */
  readonly withTokens: <T>(work: (tokens: Database['vkTokens']) => Promise<T>) => Promise<T>;
  readonly now: () => Date;
  readonly print: (line: string) => void;
};

/** `npm run keyring`: makes keys, and replaces them. Throws ConfigError for a command line that it can't follow. */
export const makeKeyringCommand =
  ({ keyring, withTokens, now, print }: Deps) =>
  async ([command, ...rest]: readonly string[]): Promise<void> => {
    if (command === 'forget' && rest[0] !== undefined && rest.length === 1) return forget(rest[0], { keyring, withTokens, print });
    if (rest.length > 0) throw new ConfigError(USAGE);
    // The only thing on stdout, so that it can go straight into a file.
    if (command === 'new') return print(generateRingKey(now()));
    if (command === 'show') return withTokens((tokens) => show({ keyring, tokens, print }));
    if (command !== 'rewrap') throw new ConfigError(USAGE);
    if (keyring === undefined) throw new ConfigError('OTKLIK_KEYRING is not set.');
    return withTokens((tokens) => rewrap({ keyring, tokens, print }));
  };

type With<K> = Pick<Deps, 'print'> & { readonly keyring: K; readonly tokens: Database['vkTokens'] };

const show = async ({ keyring, tokens, print }: With<Keyring | undefined>): Promise<void> => {
  for (const { keyId, tokens: count } of await tokens.keysInUse()) {
    const place = keyring?.keyIds.includes(keyId) === true ? 'in the ring' : 'MISSING in the ring';
    print([keyId, `${count} tokens`, keyId === keyring?.currentKeyId ? 'current' : place].join('\t'));
  }
};

const rewrap = async ({ keyring, tokens, print }: With<Keyring>): Promise<void> => {
  const { rewrapped, unreadable } = await makeRewrapTokens({ tokens, keyring })();
  print(`${rewrapped} tokens are under ${keyring.currentKeyId} now`);
  const lost = Object.entries(unreadable).map(
    ([keyId, count]) => `  ${count} tokens need the key ${keyId}, which the ring lacks or has changed`,
  );
  if (lost.length > 0) throw new ConfigError(`Not all could be wrapped again:\n${lost.join('\n')}`);
  print('API and workers need no other key any more.');
};

const forget = async (keyId: string, { keyring, withTokens, print }: Omit<Deps, 'now'>): Promise<void> => {
  if (keyring?.keyIds.includes(keyId) === true)
    throw new ConfigError(`OTKLIK_KEYRING has the key ${keyId}: what is under it can be opened.`);
  const forgotten = await withTokens((tokens) => makeForgetTokens({ tokens })(keyId));
  print(`${forgotten} tokens under ${keyId} are deleted: add them again`);
};
