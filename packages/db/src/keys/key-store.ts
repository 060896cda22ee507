import type { PrismaClient } from '../generated/prisma/client.ts';
import { viaPrisma } from '../prisma-calls.ts';

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

/** How far `lastUsedAt` may lag behind. */
const TOUCH_EVERY_MS = 60_000;

export const createKeyStore = (prisma: Pick<PrismaClient, 'apiKey'>): KeyStore => ({
  insert: async ({ keyId, workspaceId, name, digest, scopes }) => {
    const data = { keyId, workspaceId, name, digest: new Uint8Array(digest), scopes: [...scopes] };
    await viaPrisma(() => prisma.apiKey.create({ data }));
  },
  find: (keyId) => viaPrisma(() => prisma.apiKey.findUnique({ where: { keyId } })),
  list: async () => {
    const found = await viaPrisma(() =>
      prisma.apiKey.findMany({ include: { workspace: { select: { name: true } } }, orderBy: { createdAt: 'asc' } }),
    );
    return found.map(({ workspace, ...key }) => ({ ...key, workspace: workspace.name }));
  },
  revoke: async (keyId) => {
    const { count } = await viaPrisma(() =>
      prisma.apiKey.updateMany({ where: { keyId, revokedAt: null }, data: { revokedAt: new Date() } }),
    );
    return count > 0;
  },
  touch: async (keyId) => {
    const now = new Date();
    const isOld = { OR: [{ lastUsedAt: null }, { lastUsedAt: { lt: new Date(now.getTime() - TOUCH_EVERY_MS) } }] };
    await viaPrisma(() => prisma.apiKey.updateMany({ where: { keyId, ...isOld }, data: { lastUsedAt: now } }));
  },
});

export const createWorkspaceStore = (prisma: Pick<PrismaClient, 'workspace'>): WorkspaceStore => ({
  ensure: ({ id, name }) =>
    viaPrisma(() =>
      // With an update that changes something Prisma makes one INSERT … ON CONFLICT of it; an empty one would be a look and
      // a write, between which another process may come.
      prisma.workspace.upsert({ where: { name }, create: { id, name }, update: { name }, select: { id: true, name: true } }),
    ),
});
