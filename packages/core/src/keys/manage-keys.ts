import type { Scope } from '@otklik/contracts';
import { NotFoundError, generateApiKey } from '@otklik/shared';

type NewKey = {
  readonly keyId: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly digest: Uint8Array;
  readonly scopes: readonly Scope[];
};

type Deps = {
  readonly keys: { insert(key: NewKey): Promise<void>; revoke(keyId: string): Promise<boolean> };
  readonly workspaces: { ensure(input: { readonly id: string; readonly name: string }): Promise<{ readonly id: string }> };
  readonly newId: () => string;
};

export type CreateKey = (input: {
  /** Name of the workspace; made when there is none. */
  readonly workspace: string;
  /** What the key is for, for people. */
  readonly name: string;
  readonly scopes: readonly Scope[];
}) => Promise<{ readonly keyId: string; readonly text: string }>;

/** Makes an API key. Its text is handed out once and kept nowhere. */
export const makeCreateKey =
  ({ keys, workspaces, newId }: Deps): CreateKey =>
  async ({ workspace, name, scopes }) => {
    const { id: workspaceId } = await workspaces.ensure({ id: newId(), name: workspace });
    const { keyId, text, digest } = generateApiKey();
    await keys.insert({ keyId, workspaceId, name, digest, scopes });
    return { keyId, text };
  };

/** Ends a key; programs that cached it notice within seconds. Throws NotFoundError. */
export const makeRevokeKey =
  ({ keys }: Pick<Deps, 'keys'>) =>
  async (keyId: string): Promise<void> => {
    if (!(await keys.revoke(keyId))) throw new NotFoundError(`There is no working key ${keyId}.`);
  };
