import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type TempDir, makeTempDir } from '@otklik/testing';
import { keepSecrets } from '../../scripts/lib/keep-secrets.mjs';

const OTHERS = 0o007;
const isRoot = process.getuid?.() === 0;

describe('npm run secrets', () => {
  let checkout: TempDir;
  beforeEach(() => {
    checkout = makeTempDir();
  });
  afterEach(() => checkout.remove());
  const at = (name: string): string => join(checkout.path, 'deploy/secrets', name);
  const all = (): Record<string, string> => Object.fromEntries(readdirSync(at('.')).map((name) => [name, readFileSync(at(name), 'utf8')]));

  test('when there are none, then all are made, for their owner and one group, in a folder that only the owner enters', () => {
    const { gid, hasToken } = keepSecrets(checkout.path);
    expect(statSync(at('.')).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(at('.'))) {
      expect(statSync(at(name)).mode & OTHERS).toBe(0);
      expect(statSync(at(name)).gid).toBe(gid);
    }
    // Not root's own group: that is one that many things trust.
    expect(gid).toBe(isRoot ? 10_001 : process.getgid?.());
    expect(hasToken).toBe(false);
    expect(readFileSync(join(checkout.path, '.env'), 'utf8')).toBe(`SECRETS_GID=${gid}\n`);
  });

  test('when they are made, then no two passwords are alike, and addresses and users hold theirs', () => {
    keepSecrets(checkout.path);
    const made = all();
    const passwords = Object.entries(made).filter(([name]) => name.endsWith('_password'));
    expect(new Set(passwords.map(([, password]) => password)).size).toBe(passwords.length);
    for (const [, password] of passwords) expect(password).toMatch(/^[\w-]{32}$/);
    expect(new URL(made['database_url'] ?? '').password).toBe(made['postgres_app_password']);
    expect(new URL(made['migrator_url'] ?? '').password).toBe(made['postgres_migrator_password']);
    expect(new URL(made['queue_url'] ?? '').password).toBe(made['redis_queue_password']);
    expect(made['redis_queue_acl']).not.toContain(made['redis_queue_password']);
  });

  test('when it runs again, then nothing that is there changes, and what a person wrote stays', () => {
    writeFileSync(join(checkout.path, '.env'), 'OTKLIK_PORT=8080');
    keepSecrets(checkout.path);
    writeFileSync(at('vk_token'), 'vk1.a.mine');
    const before = { ...all(), env: readFileSync(join(checkout.path, '.env'), 'utf8') };
    expect(keepSecrets(checkout.path)).toMatchObject({ made: [], hasToken: true });
    expect({ ...all(), env: readFileSync(join(checkout.path, '.env'), 'utf8') }).toEqual(before);
    expect(before.env).toMatch(/^OTKLIK_PORT=8080\nSECRETS_GID=\d+\n$/);
  });

  test('when one of several files with the same password is gone, then no new password takes its place', () => {
    keepSecrets(checkout.path);
    const before = all();
    rmSync(at('queue_url'));
    expect(() => keepSecrets(checkout.path)).toThrow(
      /lacks queue_url, which hold the same password as redis_queue_password, redis_queue_acl/,
    );
    const { queue_url: _, ...rest } = before;
    expect(all()).toEqual(rest);
  });
});
