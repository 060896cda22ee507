import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ProcessPlace, REPO_ROOT, makeTempDir } from '@otklik/testing';
import { z } from 'zod';
import type { Build } from './product-under-test.ts';

const run = promisify(execFile);

/** Nobody's number on every Linux; a group of this run, so that what its processes write can be told from the rest. */
export const NOBODY = { uid: 65_534, gid: 40_000 + (process.pid % 20_000) };

const BUNDLE = join(REPO_ROOT, 'node_modules/.otklik/bundle');

export type BundleUnderTest = {
  readonly dir: string;
  /** API and worker of the bundle, as an unprivileged user in a folder that it can't write to. */
  readonly build: Build & { readonly place: ProcessPlace };
  /** Every path in it, relative, with `/`. */
  paths(): readonly string[];
  /** Contents, rights and times of everything in it. */
  state(): Promise<string>;
  remove(): void;
};

/**
 * Makes the bundle with the real script (kept between runs while no input changes), and copies it and Node to where
 * everybody may read: a checkout can be closed to others.
 */
export const layBundle = async (): Promise<BundleUnderTest> => {
  await run(process.execPath, ['scripts/run.mjs', 'bundle', BUNDLE], { cwd: REPO_ROOT });
  const temp = makeTempDir();
  const dir = join(temp.path, 'bundle');
  const node = join(temp.path, 'node');
  cpSync(BUNDLE, dir, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  copyFileSync(process.execPath, node);
  const isRoot = process.getuid?.() === 0;
  // Not as root: we are unprivileged already, and own the copy; so its folders are closed to us.
  if (!isRoot) await run('chmod', ['-R', 'a-w', dir]);
  return {
    dir,
    build: {
      programs: { api: 'apps/api/dist/main.js', worker: 'apps/worker/dist/main.js' },
      place: { node, cwd: dir, ...(isRoot && { user: NOBODY }) },
    },
    paths: () => readdirSync(dir, { recursive: true, encoding: 'utf8' }),
    state: async () => (await run('find', [dir, '-printf', '%P %m %s %T@ %l\n'], { maxBuffer: 64 * 2 ** 20 })).stdout,
    remove: () => temp.remove(),
  };
};

/** Names that stand under devDependencies somewhere in this repository, and under dependencies of the product nowhere. */
export const developersOnly = (): readonly string[] => {
  const dirs = ['.', ...['apps', 'packages'].flatMap((group) => readdirSync(join(REPO_ROOT, group)).map((name) => `${group}/${name}`))];
  const manifests = dirs.map((dir) => ({ dir, ...Manifest.parse(JSON.parse(readFileSync(join(REPO_ROOT, dir, 'package.json'), 'utf8'))) }));
  const ours = manifests.filter(({ dir }) => !DEVELOPERS_PACKAGES.has(dir));
  const product = new Set(ours.flatMap(({ dependencies }) => Object.keys(dependencies)));
  return manifests
    .flatMap(({ devDependencies }) => Object.keys(devDependencies))
    .filter((name) => !product.has(name) && !OF_LIBRARIES.has(name));
};

/** For developers of ours, and a dependency of a library at the same time. */
const OF_LIBRARIES = new Set(['@prisma/driver-adapter-utils']);

const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

const DEVELOPERS_PACKAGES = new Set(['.', 'apps/standalone', 'packages/testing', 'packages/embedded-postgres', 'packages/vk-simulator']);
