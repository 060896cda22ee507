import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chooseDataDir } from './choose-data-dir.ts';

const isRoot = process.getuid?.() === 0;

describe('chooseDataDir', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'otklik-choose-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test('when others may pass, then the data stays in the checkout', () => {
    chmodSync(root, 0o755);
    expect(chooseDataDir({ checkoutDir: root })).toBe(join(root, '.otklik/postgres'));
  });

  test('when the checkout is closed, then only root has to keep the data elsewhere, at the same place every time', () => {
    const checkoutDir = join(root, 'checkout');
    const chosen = chooseDataDir({ checkoutDir });
    expect(chosen).toMatch(isRoot ? /^\/var\/lib\/otklik\/checkout-[0-9a-f]{12}$/ : /\.otklik\/postgres$/);
    expect(chooseDataDir({ checkoutDir })).toBe(chosen);
    expect(chooseDataDir({ checkoutDir: join(root, 'other', 'checkout') })).not.toBe(chosen);
  });

  test('when the person names a directory, then it is that one', () => {
    expect(chooseDataDir({ checkoutDir: root, override: '/data/otklik' })).toBe('/data/otklik');
  });
});
