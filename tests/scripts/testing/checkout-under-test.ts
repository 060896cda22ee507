import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const scripts = fileURLToPath(new URL('../../../scripts', import.meta.url));

/**
 * Stands in for the package manager, which would need the registry: notes how it was called, then lays what an install
 * or a build would lay.
 */
const npx = `#!/bin/sh
echo "$*" >> "$CHECKOUT/npx.log"
env > "$CHECKOUT/npx.env"
if [ -e "$CHECKOUT/broken" ]; then echo "the registry is closed" >&2; exit 3; fi
case "$*" in
  *install*)
    mkdir -p node_modules/node/bin
    ln -sf "$REAL_NODE" node_modules/node/bin/node ;;
  *build*)
    mkdir -p packages/db/dist
    cp packages/db/src/main.ts packages/db/dist/main.js ;;
esac
`;

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A small checkout with the real scripts, whose `migrate` is the given program. */
export const layCheckout = (program: string) => {
  const dir = mkdtempSync(join(tmpdir(), 'otklik-checkout-'));
  const write = (file: string, content: string, mode = 0o644): void => {
    mkdirSync(join(dir, file, '..'), { recursive: true });
    writeFileSync(join(dir, file), content, { mode });
  };
  cpSync(scripts, join(dir, 'scripts'), { recursive: true });
  write('package.json', '{ "type": "module" }');
  write('pnpm-lock.yaml', 'lockfileVersion: 1');
  write('packages/db/package.json', '{ "type": "module" }');
  write('packages/db/tsconfig.json', '{}');
  write('packages/db/src/main.ts', program);
  write('bin/npx', npx, 0o755);

  const start = (env: Record<string, string> = {}) =>
    spawn(process.execPath, ['scripts/run.mjs', 'migrate', '--flag'], {
      cwd: dir,
      env: { PATH: `${join(dir, 'bin')}:/usr/bin:/bin`, HOME: dir, CHECKOUT: dir, REAL_NODE: process.execPath, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, as a terminal gives it.
      detached: true,
    });

  return {
    dir,
    write,
    start,
    run: async (env?: Record<string, string>): Promise<Finished> => finished(start(env)),
    /** What the package manager was asked for, in short. */
    asked: (): string[] =>
      existsSync(join(dir, 'npx.log')) ? readFileSync(join(dir, 'npx.log'), 'utf8').trim().split('\n').map(shorten) : [],
    read: (file: string): string => readFileSync(join(dir, file), 'utf8'),
    has: (file: string): boolean => existsSync(join(dir, file)),
    remove: (file = '.'): void => rmSync(join(dir, file), { recursive: true, force: true }),
  };
};

export type Checkout = ReturnType<typeof layCheckout>;

/** The end of a process, with everything it said. */
export const finished = async (child: ReturnType<Checkout['start']>): Promise<Finished> => {
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await closed;
  return { code: child.exitCode, stdout, stderr };
};

const shorten = (line: string): string => (line.includes('install') ? 'install' : 'build');
