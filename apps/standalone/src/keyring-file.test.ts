import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeTempDir } from '@otklik/testing';
import { ensureKeyring } from './keyring-file.ts';

test('when there is no keyring, then one is made for this user alone, and is the same the next time; what is broken is not replaced', async () => {
  const dir = makeTempDir();
  try {
    const file = join(dir.path, 'keyring');
    const place = { workspaceId: 'w', id: 't', purpose: 'test' };
    const sealed = (await ensureKeyring(file)).seal('secret', place);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await ensureKeyring(file)).open(sealed, place)).toBe('secret');
    writeFileSync(file, 'broken');
    await expect(ensureKeyring(file)).rejects.toThrow('OTKLIK_KEYRING');
    expect(readFileSync(file, 'utf8')).toBe('broken');
  } finally {
    dir.remove();
  }
});
