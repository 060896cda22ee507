import { makeCreateKey } from '@otklik/core';
import { openDatabase } from '@otklik/db';
import { newId, silentLogger } from '@otklik/shared';

const WORKSPACE = 'bench';

/** A workspace in the database at `url`, and an admin key of it. */
export const makeKey = async (url: string): Promise<{ readonly key: string; readonly workspaceId: string }> => {
  const db = openDatabase({ url, name: 'bench', poolMax: 1, logger: silentLogger });
  try {
    const { text } = await makeCreateKey({ keys: db.keys, workspaces: db.workspaces, newId })({
      workspace: WORKSPACE,
      name: 'bench',
      scopes: ['admin'],
    });
    return { key: text, workspaceId: (await db.workspaces.ensure({ id: newId(), name: WORKSPACE })).id };
  } finally {
    await db.close();
  }
};
