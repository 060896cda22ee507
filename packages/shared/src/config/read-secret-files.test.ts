import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../errors/config-error.ts';
import { readSecretFiles } from './read-secret-files.ts';

describe('secrets in files', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'otklik-secrets-'));
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const lay = (name: string, content: string, mode = 0o640): string => {
    const path = join(dir, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
  const faultOf = (env: Record<string, string>): string => {
    try {
      readSecretFiles(env);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(ConfigError);
      return String(thrown);
    }
    throw new Error('The environment was accepted.');
  };

  test('when a variable names a file, then its content is the value, without the line break at its end', () => {
    const env = { VK_TOKEN_FILE: lay('token', 'vk1.a.x\n'), PORT: '80' };
    expect(readSecretFiles(env)).toEqual({ ...env, VK_TOKEN: 'vk1.a.x' });
  });

  test('when no file is named, or by an empty variable, then nothing changes', () => {
    expect(readSecretFiles({ VK_TOKEN: 'x', QUEUE_URL_FILE: '' })).toEqual({ VK_TOKEN: 'x', QUEUE_URL_FILE: '' });
  });

  test('when a variable is no secret, then a file for it is not read', () => {
    expect(readSecretFiles({ PORT_FILE: lay('port', '80') })).not.toHaveProperty('PORT');
  });

  test('when files are missing, empty or open to everybody, then each is told in a line of its own, and no secret with it', () => {
    const text = faultOf({
      DATABASE_URL_FILE: join(dir, 'nowhere'),
      QUEUE_URL_FILE: lay('empty', ' \n'),
      CACHE_URL_FILE: lay('open', 'redis://:hush@cache', 0o644),
    });
    expect(text.split('\n').slice(1)).toEqual([
      `  DATABASE_URL_FILE: ${join(dir, 'nowhere')} can't be read (ENOENT)`,
      `  QUEUE_URL_FILE: ${join(dir, 'empty')} is empty`,
      `  CACHE_URL_FILE: ${join(dir, 'open')} can be read by everybody; take that away with chmod o-r`,
    ]);
    expect(text).not.toContain('hush');
  });

  test('when a secret is told both ways, then it is not guessed which one holds', () => {
    const text = faultOf({ VK_TOKEN: 'hush', VK_TOKEN_FILE: lay('other', 'hush') });
    expect(text).toContain('VK_TOKEN: is set, and VK_TOKEN_FILE as well; leave one of them out');
    expect(text).not.toContain('hush');
  });
});
