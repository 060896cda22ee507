import { hash } from 'node:crypto';
import type { SealedVkToken, VkTokenRef } from '@otklik/contracts';
import { type Keyring, type SecretPlace, SecretUnreadableError } from '@otklik/shared';

/** What tells tokens apart without telling them: the first 64 bits of the SHA-256, in hex. */
export const fingerprintOf = (secret: string): string => hash('sha256', secret).slice(0, 16);

/** Where the secret of a token belongs: it opens in its own row only. */
export const placeOf = ({ workspaceId, tokenId }: VkTokenRef): SecretPlace => ({ workspaceId, id: tokenId, purpose: 'vk-token' });

/** Throws SecretUnreadableError (`NO_KEYRING`, `KEY_MISSING`, `SECRET_UNREADABLE`). */
export const openToken = (keyring: Keyring | undefined, ref: VkTokenRef, sealed: SealedVkToken): string =>
  needKeyring(keyring).open(sealed, placeOf(ref));

/** Throws SecretUnreadableError (`NO_KEYRING`) where the process was started without one. */
export const needKeyring = (keyring: Keyring | undefined): Keyring => {
  if (keyring === undefined)
    throw new SecretUnreadableError(
      'NO_KEYRING',
      'This installation keeps no tokens yet: OTKLIK_KEYRING is not set. npm run keyring -- new makes a key for it.',
    );
  return keyring;
};
