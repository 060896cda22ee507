import type { VkTokenStore } from '@otklik/contracts';

const BATCH = 200;

/** No key has this id. */
const NO_KEY = '';

/** Deletes every stored token, of all workspaces, that is under a key which is lost. Gives their number. It can be run again. */
export const makeForgetTokens =
  ({ tokens }: { readonly tokens: Pick<VkTokenStore, 'underOtherKeys' | 'remove'> }) =>
  async (lostKeyId: string): Promise<number> => {
    let forgotten = 0;
    for (let after: string | null = null; ;) {
      const batch: Awaited<ReturnType<VkTokenStore['underOtherKeys']>> = await tokens.underOtherKeys({
        keyId: NO_KEY,
        after,
        limit: BATCH,
      });
      for (const row of batch) if (row.keyId === lostKeyId && (await tokens.remove(row))) forgotten += 1;
      after = batch.at(-1)?.tokenId ?? null;
      if (batch.length < BATCH) return forgotten;
    }
  };
