import type { VkTokenStore } from '@otklik/contracts';
import { type Keyring, SecretUnreadableError } from '@otklik/shared';
import { placeOf } from './token-secret.ts';

const BATCH = 200;

type Deps = { readonly tokens: Pick<VkTokenStore, 'underOtherKeys' | 'rewrap'>; readonly keyring: Keyring };

export type Rewrapped = {
  readonly rewrapped: number;
  /** Tokens that no key of the ring opens, by the key that they need. */
  readonly unreadable: Readonly<Record<string, number>>;
};

/**
 * Puts every stored token under the current key of the ring. It can be stopped and run again at any moment: each token is
 * under one key or the other, and opens with the ring that holds both. The tokens themselves are not decrypted.
 */
export const makeRewrapTokens =
  ({ tokens, keyring }: Deps) =>
  async (): Promise<Rewrapped> => {
    const unreadable: Record<string, number> = {};
    let rewrapped = 0;
    for (let after: string | null = null; ;) {
      const batch: Awaited<ReturnType<VkTokenStore['underOtherKeys']>> = await tokens.underOtherKeys({
        keyId: keyring.currentKeyId,
        after,
        limit: BATCH,
      });
      for (const row of batch) {
        const again = tryRewrap(keyring, row);
        if (again === null) unreadable[row.keyId] = (unreadable[row.keyId] ?? 0) + 1;
        else if (await tokens.rewrap(row, { from: row.keyId, keyId: again.keyId, wrappedKey: again.wrappedKey })) rewrapped += 1;
      }
      after = batch.at(-1)?.tokenId ?? null;
      if (batch.length < BATCH) return { rewrapped, unreadable };
    }
  };

const tryRewrap = (keyring: Keyring, row: Awaited<ReturnType<VkTokenStore['underOtherKeys']>>[number]) => {
  try {
    return keyring.rewrap(row, placeOf(row));
  } catch (error) {
    if (error instanceof SecretUnreadableError) return null;
    throw error;
  }
};
