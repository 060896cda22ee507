import type { VkTokenStore } from '@otklik/contracts';
import { ConfigError, DatabaseError, type Keyring, type Logger, SecretUnreadableError } from '@otklik/shared';
import { placeOf } from './token-secret.ts';

type Deps = { readonly tokens: Pick<VkTokenStore, 'keysInUse'>; readonly keyring: Keyring | undefined; readonly logger: Logger };

/**
 * Refuses to start when a stored token could not be opened: a key of the ring that is in use is missing, or is another one
 * than it was. Throws ConfigError that names every such key and how many tokens need it. A database that can't be asked yet
 * is no reason: opening fails as clearly later on.
 */
export const checkKeyring = async ({ tokens, keyring, logger }: Deps): Promise<void> => {
  const inUse = await tokens.keysInUse().catch((error: unknown) => {
    if (!(error instanceof DatabaseError)) throw error;
    logger.info('the keyring is not checked: the database does not answer yet', { code: error.code });
    return [];
  });
  const faults = inUse.flatMap((row) => {
    const fault = faultOf(keyring, row);
    return fault === null ? [] : [`  OTKLIK_KEYRING: ${row.tokens} stored tokens need the key ${row.keyId}, ${fault}`];
  });
  if (faults.length > 0) throw new ConfigError(`Stored tokens of VK can not be opened:\n${faults.join('\n')}\n${REMEDY}`);
};

const REMEDY = 'Put the key back. If it is lost, npm run keyring -- forget KEY_ID deletes its tokens, so that they can be added again.';

type InUse = Awaited<ReturnType<VkTokenStore['keysInUse']>>[number];

const faultOf = (keyring: Keyring | undefined, row: InUse): string | null => {
  if (keyring === undefined) return 'and the variable is not set';
  try {
    // Opens the small key of one token and never the token.
    keyring.rewrap(row, placeOf(row));
    return null;
  } catch (error) {
    if (!(error instanceof SecretUnreadableError)) throw error;
    return error.code === 'KEY_MISSING' ? 'which is not in it' : 'and the key that has this id now does not open them';
  }
};
