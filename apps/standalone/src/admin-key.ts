import { chmod, readFile, writeFile } from 'node:fs/promises';
import { generateApiKey, newId, parseApiKey } from '@otklik/shared';

type Deps = {
  readonly keys: {
    insert(key: { keyId: string; workspaceId: string; name: string; digest: Uint8Array; scopes: readonly string[] }): Promise<void>;
    find(keyId: string): Promise<{ readonly revokedAt: Date | null } | null>;
  };
  readonly workspaces: { ensure(input: { id: string; name: string }): Promise<{ readonly id: string }> };
  /** Readable for this user only. A single machine's own key has to survive a restart somewhere. */
  readonly file: string;
};

/** The admin key of this installation: the one of last time while it works, else a new one. */
export const ensureAdminKey = async ({ keys, workspaces, file }: Deps): Promise<string> => {
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  const parsed = parseApiKey(kept);
  const known = parsed === null ? null : await keys.find(parsed.keyId);
  if (known !== null && known.revokedAt === null) return kept;
  const workspace = await workspaces.ensure({ id: newId(), name: 'default' });
  const { keyId, text, digest } = generateApiKey();
  await keys.insert({ keyId, workspaceId: workspace.id, name: 'standalone', digest, scopes: ['admin'] });
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  return text;
};
