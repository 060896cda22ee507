import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { REPO_ROOT, type TempDir, makeTempDir } from '@otklik/testing';

/** Stands in for Docker, which would ask a registry: one image has moved since. */
const DOCKER = `#!/bin/sh
[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 9
case "$6" in
  node:*-slim) [ -e "$CHECKOUT/closed" ] && { echo "no such host"; exit 1; }; echo "sha256:$(printf 'a%.0s' $(seq 64))" ;;
  *) grep -ho "$6@sha256:[0-9a-f]*" "$CHECKOUT/docker-compose.yml" "$CHECKOUT/.github/workflows/ci.yml" | head -n 1 | cut -d@ -f2 ;;
esac
`;
const NEW = `node:24.21.0-bookworm-slim@sha256:${'a'.repeat(64)}`;

describe('npm run images', () => {
  let checkout: TempDir;
  beforeEach(() => {
    checkout = makeTempDir();
    for (const path of ['scripts', 'deploy/Dockerfile', 'docker-compose.yml', '.github/workflows/ci.yml'])
      cpSync(join(REPO_ROOT, path), join(checkout.path, path), { recursive: true });
    mkdirSync(join(checkout.path, 'bin'));
    writeFileSync(join(checkout.path, 'bin/docker'), DOCKER, { mode: 0o755 });
  });
  afterEach(() => checkout.remove());

  const run = (mode: string) => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/images.mjs', mode], {
      cwd: checkout.path,
      env: { PATH: `${join(checkout.path, 'bin')}:/usr/bin:/bin`, CHECKOUT: checkout.path },
      encoding: 'utf8',
    });
    return { status, lines: stderr.trimEnd().split('\n') };
  };
  const dockerfile = (): string => readFileSync(join(checkout.path, 'deploy/Dockerfile'), 'utf8');

  test('when a tag leads elsewhere than what stands there, then the check names it and fails, and changes nothing', () => {
    const before = dockerfile();
    const { status, lines } = run('--check');
    expect(status).toBe(1);
    expect(lines.filter((line) => line.startsWith('same'))).toHaveLength(5);
    expect(lines.filter((line) => line.startsWith('moved'))).toEqual([
      expect.stringMatching(/^moved {3}node:24\.21\.0-bookworm-slim: sha256:0e0f/),
    ]);
    expect(dockerfile()).toBe(before);
  });

  test('when it is to be updated, then the new digest stands there, and the next check is content', () => {
    expect(run('--update').status).toBe(0);
    expect(dockerfile()).toContain(NEW);
    expect(run('--check')).toMatchObject({ status: 0 });
  });

  test('when the registry does not answer, then nothing is written, and it is said which image could not be asked for', () => {
    writeFileSync(join(checkout.path, 'closed'), '');
    const { status, lines } = run('--update');
    expect(status).toBe(3);
    expect(lines.at(-1)).toContain('Docker can not tell what node:24.21.0-bookworm-slim is: no such host');
  });
});
