import type { Sql } from '../sql.ts';

export type ApiKeyRecord = {
  readonly keyId: string;
  readonly workspaceId: string;
  readonly name: string;
  /** SHA-256 of the secret. */
  readonly digest: Uint8Array;
  readonly scopes: readonly string[];
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
};

export type KeyStore = {
  insert(key: Pick<ApiKeyRecord, 'keyId' | 'workspaceId' | 'name' | 'digest' | 'scopes'>): Promise<void>;
  find(keyId: string): Promise<ApiKeyRecord | null>;
  list(): Promise<readonly (ApiKeyRecord & { readonly workspace: string })[]>;
  /** False when there is no such key that still works. */
  revoke(keyId: string): Promise<boolean>;
  /** Remembers the use, to the minute: a write for every request would cost more than the news is worth. */
  touch(keyId: string): Promise<void>;
};

export type WorkspaceStore = {
  /** The workspace of that name, made with the given id when there is none. */
  ensure(input: { readonly id: string; readonly name: string }): Promise<{ readonly id: string; readonly name: string }>;
};

const COLUMNS = `k.key_id AS "keyId", k.workspace_id AS "workspaceId", k.name, k.digest, k.scopes, k.created_at AS "createdAt",
  k.revoked_at AS "revokedAt", k.last_used_at AS "lastUsedAt"`;

export const createKeyStore = (sql: Pick<Sql, 'query'>): KeyStore => ({
  insert: async ({ keyId, workspaceId, name, digest, scopes }) => {
    await sql.query(`INSERT INTO api_key (key_id, workspace_id, name, digest, scopes) VALUES ($1, $2, $3, $4, $5)`, [
      keyId,
      workspaceId,
      name,
      digest,
      scopes,
    ]);
  },
  find: async (keyId) => (await sql.query<ApiKeyRecord>(`SELECT ${COLUMNS} FROM api_key k WHERE k.key_id = $1`, [keyId]))[0] ?? null,
  list: () =>
    sql.query<ApiKeyRecord & { workspace: string }>(
      `SELECT ${COLUMNS}, w.name AS workspace FROM api_key k JOIN workspace w ON w.id = k.workspace_id ORDER BY k.created_at`,
    ),
  revoke: async (keyId) =>
    (await sql.query(`UPDATE api_key SET revoked_at = now() WHERE key_id = $1 AND revoked_at IS NULL RETURNING 1`, [keyId])).length > 0,
  touch: async (keyId) => {
    await sql.query(
      `UPDATE api_key SET last_used_at = now() WHERE key_id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      [keyId],
    );
  },
});

export const createWorkspaceStore = (sql: Pick<Sql, 'query'>): WorkspaceStore => ({
  ensure: async ({ id, name }) => {
    await sql.query(`INSERT INTO workspace (id, name) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, [id, name]);
    const [found] = await sql.query<{ id: string; name: string }>(`SELECT id, name FROM workspace WHERE name = $1`, [name]);
    return found ?? { id, name };
  },
});
