import { expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { VERSION } from './version.ts';

test('when the product gets a new version, then its processes say so', async () => {
  const root = new URL('../../../package.json', import.meta.url);
  expect(JSON.parse(await readFile(root, 'utf8'))).toMatchObject({ version: VERSION });
});
