import type { SealedVkTokenRow, VkTokenStore } from '@otklik/contracts';
import { type Clock, type Keyring, type Logger, SecretUnreadableError } from '@otklik/shared';
import { openToken } from './token-secret.ts';
import { standingOf } from './token-state.ts';
import { type UsableToken, toUsable } from './usable-token.ts';

type Deps = {
  readonly tokens: Pick<VkTokenStore, 'sealed'>;
  readonly keyring: Keyring | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly freshMs: number;
};

type Shelf = { readonly at: number; readonly tokens: Promise<readonly UsableToken[] | null> };

/**
 * Opened tokens, for a moment, in the memory of this process and nowhere else. null: the workspace has none of its own,
 * which is something else than none that can be used.
 */
export type TokenShelf = {
  tokensOf(workspaceId: string): Promise<readonly UsableToken[] | null>;
  forget(workspaceId: string): void;
};

export const createTokenShelf = ({ tokens, keyring, clock, logger, freshMs }: Deps): TokenShelf => {
  const shelves = new Map<string, Shelf>();
  const unreadable = new Set<string>();

  /** One that does not open is left out and told once: the others go on. */
  const open = (row: SealedVkTokenRow): UsableToken[] => {
    try {
      return [toUsable(row, openToken(keyring, { workspaceId: row.workspaceId, tokenId: row.id }, row))];
    } catch (error) {
      if (!(error instanceof SecretUnreadableError)) throw error;
      if (!unreadable.has(row.id)) logger.error('a VK token can not be opened', { fingerprint: row.fingerprint, error });
      unreadable.add(row.id);
      return [];
    }
  };
  const load = async (workspaceId: string): Promise<readonly UsableToken[] | null> => {
    const found = await tokens.sealed(workspaceId);
    const now = new Date();
    return found.length === 0 ? null : found.filter((row) => standingOf(row, now).state !== 'invalid').flatMap(open);
  };
  const tidy = (now: number): void => {
    for (const [workspaceId, { at }] of shelves) if (now - at >= freshMs) shelves.delete(workspaceId);
  };

  return {
    tokensOf: (workspaceId) => {
      tidy(clock.now());
      const known = shelves.get(workspaceId);
      if (known !== undefined) return known.tokens;
      const shelf = { at: clock.now(), tokens: load(workspaceId) };
      shelves.set(workspaceId, shelf);
      // Who asks next asks anew.
      shelf.tokens.catch(() => {
        if (shelves.get(workspaceId) === shelf) shelves.delete(workspaceId);
      });
      return shelf.tokens;
    },
    forget: (workspaceId) => void shelves.delete(workspaceId),
  };
};
