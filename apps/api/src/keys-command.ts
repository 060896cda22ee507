import { parseArgs } from 'node:util';
import { Scope, scopes } from '@otklik/contracts';
import { makeCreateKey, makeRevokeKey } from '@otklik/core';
import type { Database } from '@otklik/db';
import { ConfigError, newId } from '@otklik/shared';

const USAGE = `Usage:
  npm run keys -- create --scope ${scopes.join('|')} [--scope …] [--workspace NAME] [--name TEXT]
  npm run keys -- list
  npm run keys -- revoke KEY_ID`;

type Deps = {
  readonly db: Pick<Database, 'keys' | 'workspaces'>;
  /** One line for the caller. */
  readonly print: (line: string) => void;
};

/** `npm run keys`: makes, lists and revokes API keys. Throws ConfigError for a command line that it can't follow. */
export const makeKeysCommand =
  ({ db, print }: Deps) =>
  async (argv: readonly string[]): Promise<void> => {
    const { values, positionals } = readArgs(argv);
    const [command, keyId] = positionals;
    if (command === 'create') return create({ db, print }, values);
    if (command === 'list') return list({ db, print });
    if (command !== 'revoke' || keyId === undefined) throw new ConfigError(USAGE);
    await makeRevokeKey({ keys: db.keys })(keyId);
    print(`revoked ${keyId}`);
  };

type Values = ReturnType<typeof readArgs>['values'];

const readArgs = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        scope: { type: 'string', multiple: true },
        workspace: { type: 'string', default: 'default' },
        name: { type: 'string', default: 'made by npm run keys' },
      },
    });
  } catch (cause) {
    throw new ConfigError(USAGE, { cause });
  }
};

const create = async ({ db, print }: Deps, { scope, workspace, name }: Values): Promise<void> => {
  const wanted = (scope ?? []).flatMap((text) => text.split(',')).map((text) => Scope.safeParse(text).data);
  const known = wanted.filter((one) => one !== undefined);
  if (known.length === 0 || known.length < wanted.length) throw new ConfigError(USAGE);
  const { text } = await makeCreateKey({ keys: db.keys, workspaces: db.workspaces, newId })({ workspace, name, scopes: known });
  // The only time that it is shown.
  print(text);
};

const list = async ({ db, print }: Deps): Promise<void> => {
  for (const key of await db.keys.list()) {
    const state = key.revokedAt === null ? 'active' : `revoked ${key.revokedAt.toISOString()}`;
    print([key.keyId, key.workspace, key.scopes.join(','), state, key.name].join('\t'));
  }
};
