import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateApiKey, newId } from '@otklik/shared';
import { type DataUnderTest, openDataUnderTest } from '@otklik/testing';

let data: DataUnderTest;
let workspaceId: string;
beforeAll(async () => {
  data = await openDataUnderTest();
  workspaceId = await data.workspace();
});
afterAll(() => data.close());

const add = async (): Promise<string> => {
  const { keyId, digest } = generateApiKey();
  await data.db.keys.insert({ keyId, workspaceId, name: 'test', digest, scopes: ['jobs:read', 'jobs:write'] });
  return keyId;
};

describe('workspaces', () => {
  test('when many ask for one name at once, then there is one workspace and all have it', async () => {
    const name = randomUUID();
    const found = await Promise.all(Array.from({ length: 20 }, () => data.db.workspaces.ensure({ id: newId(), name })));
    expect(new Set(found.map(({ id }) => id)).size).toBe(1);
    expect(await data.look('SELECT id, name FROM workspace WHERE name = $1', [name])).toEqual([found[0]]);
  });

  test('when the name is known, then the given id is not used', async () => {
    const first = await data.db.workspaces.ensure({ id: newId(), name: 'known' });
    expect(await data.db.workspaces.ensure({ id: newId(), name: 'known' })).toEqual(first);
  });
});

describe('keys', () => {
  test('when a key is stored, then it is found as it was', async () => {
    const { keyId, digest } = generateApiKey();
    await data.db.keys.insert({ keyId, workspaceId, name: 'ci', digest, scopes: ['jobs:read'] });
    const found = await data.db.keys.find(keyId);
    expect(found).toEqual({
      keyId,
      workspaceId,
      name: 'ci',
      digest: new Uint8Array(digest),
      scopes: ['jobs:read'],
      createdAt: expect.any(Date),
      revokedAt: null,
      lastUsedAt: null,
    });
  });

  test('when there is none, then null comes; when it is stored twice, then it is refused', async () => {
    expect(await data.db.keys.find('none')).toBeNull();
    const keyId = await add();
    const again = data.db.keys.insert({ keyId, workspaceId, name: 'x', digest: new Uint8Array(32), scopes: [] });
    await expect(again).rejects.toMatchObject({ code: 'DB_REJECTED' });
  });

  test('when a key is revoked, then once', async () => {
    const keyId = await add();
    expect(await Promise.all([data.db.keys.revoke(keyId), data.db.keys.revoke(keyId)])).toEqual(expect.arrayContaining([true, false]));
    expect((await data.db.keys.find(keyId))?.revokedAt).toBeInstanceOf(Date);
    expect(await data.db.keys.revoke('none')).toBe(false);
  });

  test('when a key is used, then that is remembered to the minute', async () => {
    const keyId = await add();
    const lastUse = async (): Promise<Date | null | undefined> => (await data.db.keys.find(keyId))?.lastUsedAt;
    await data.db.keys.touch(keyId);
    const first = await lastUse();
    expect(first).toBeInstanceOf(Date);
    await data.db.keys.touch(keyId);
    expect(await lastUse()).toEqual(first);
    await data.look(`UPDATE api_key SET last_used_at = now() - interval '61 seconds' WHERE key_id = $1`, [keyId]);
    const before = await lastUse();
    await data.db.keys.touch(keyId);
    expect(await lastUse()).not.toEqual(before);
  });

  test('when keys are listed, then with the names of their workspaces, oldest first', async () => {
    const [first, second] = [await add(), await add()];
    const listed = await data.db.keys.list();
    expect(listed.map(({ keyId }) => keyId).filter((id) => id === first || id === second)).toEqual([first, second]);
    const [{ name } = { name: '' }] = await data.look<{ name: string }>('SELECT name FROM workspace WHERE id = $1', [workspaceId]);
    expect(listed.find(({ keyId }) => keyId === first)).toMatchObject({ workspace: name, workspaceId });
  });
});
