import { Scope } from '@otklik/contracts';
import { AuthError, type Cache, type CacheKey, cacheKinds, digestsEqual, parseApiKey } from '@otklik/shared';
import { z } from 'zod';

/** Who calls, and what it may do. */
export type Principal = { readonly keyId: string; readonly workspaceId: string; readonly scopes: readonly Scope[] };

const StoredKey = z.object({
  keyId: z.string(),
  workspaceId: z.string(),
  digest: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  scopes: z.array(Scope),
  isRevoked: z.boolean(),
});
const CachedKey = StoredKey.nullable();
type StoredKey = z.output<typeof StoredKey>;

type Deps = {
  readonly keys: {
    find(keyId: string): Promise<{
      readonly keyId: string;
      readonly workspaceId: string;
      readonly digest: Uint8Array;
      readonly scopes: readonly string[];
      readonly revokedAt: Date | null;
    } | null>;
    touch(keyId: string): Promise<void>;
  };
  readonly cache: Cache;
};

export type Authenticate = (keyText: string) => Promise<Principal>;

/** Recognizes an API key. Throws AuthError (`UNAUTHENTICATED`) without saying what is wrong with it, or DatabaseError. */
export const makeAuthenticate = ({ keys, cache }: Deps): Authenticate => {
  const load = async (keyId: string): Promise<StoredKey | null> => {
    const found = await keys.find(keyId);
    if (found === null) return null;
    await keys.touch(keyId);
    const known = found.scopes.flatMap((scope) => Scope.safeParse(scope).data ?? []);
    return { keyId, workspaceId: found.workspaceId, digest: found.digest, scopes: known, isRevoked: found.revokedAt !== null };
  };
  return async (keyText) => {
    const parsed = parseApiKey(keyText);
    if (parsed === null) throw refused();
    const stored = await cache.getOrLoad(keyOf(parsed.keyId), () => load(parsed.keyId));
    if (stored === null || stored.isRevoked || !digestsEqual(stored.digest, parsed.digest)) throw refused();
    return { keyId: stored.keyId, workspaceId: stored.workspaceId, scopes: stored.scopes };
  };
};

/** Throws AuthError (`FORBIDDEN`) when the caller may not do what needs this scope. */
export const requireScope = ({ scopes }: Principal, scope: Scope): void => {
  if (!scopes.includes(scope) && !scopes.includes('admin')) throw new AuthError('FORBIDDEN', `The API key lacks the scope ${scope}.`);
};

const keyOf = (keyId: string): CacheKey<StoredKey | null> => ({
  kind: cacheKinds.apiKeys,
  id: keyId,
  parse: (value) => CachedKey.parse(value),
});

const refused = (): AuthError => new AuthError('UNAUTHENTICATED', 'This is no API key of this installation, or it was revoked.');
