import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../paths.mjs';
import { slimManifest } from './product-packages.mjs';
import { walk } from './walk.mjs';

const INSTALL_INPUTS = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'];

/** Lays what the package manager needs to install these packages as it does in the checkout. */
export const layForInstall = (packages, out) => {
  for (const file of [...INSTALL_INPUTS, ...packages.map(({ dir }) => `${dir}/package.json`)]) copy(join(root, file), join(out, file));
};

/** Lays our own part: what was compiled, manifests without the words for builders, and the extras of the target. */
export const layProduct = ({ packages, extras, version, out }) => {
  for (const { dir, manifest } of packages) {
    for (const file of compiledFiles(dir)) copy(join(root, dir, 'dist', file), join(out, dir, 'dist', file));
    writeJson(join(out, dir, 'package.json'), slimManifest(manifest));
  }
  for (const [from, to] of extras) cpSync(join(root, from), join(out, to), { recursive: true });
  writeJson(join(out, 'package.json'), { name: 'otklik', version, private: true, license: 'MIT', type: 'module' });
};

/** Modules that have a source: a build leaves those behind whose source is gone. */
export const compiledFiles = (dir) =>
  walk(join(root, dir, 'dist'))
    .map(({ path }) => path)
    .filter((path) => path.endsWith('.js') && existsSync(join(root, dir, 'src', path.replace(/\.js$/, '.ts'))));

const copy = (from, to) => {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
};

const writeJson = (path, value) => writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
