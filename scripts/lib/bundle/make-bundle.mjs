import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packagesFingerprint } from '../fingerprints.mjs';
import { root } from '../paths.mjs';
import { PreparationFailed } from '../preparation-failed.mjs';
import { runQuietly } from '../run-quietly.mjs';
import { isStamped, stamp } from '../stamps.mjs';
import { toolEnv } from '../tool-env.mjs';
import { settleAndDescribe } from './describe.mjs';
import { compiledFiles, layForInstall, layProduct } from './lay-product.mjs';
import { productPackages } from './product-packages.mjs';
import { prune } from './prune.mjs';
import { targets } from './targets.mjs';
import { walk } from './walk.mjs';

// Copies: what lies in the bundle may be changed without changing the machine's store of packages.
const INSTALL = [
  '--yes',
  'pnpm@12.21.0',
  'install',
  '--prod',
  '--frozen-lockfile',
  '--prefer-offline',
  '--ignore-scripts',
  '--config.package-import-method=copy',
];

/**
 * Lays a folder that holds a target compiled, with its production dependencies and nothing else. Does nothing when it is
 * there already and no input has changed since. The folder appears whole or not at all.
 * @param {{ target: keyof typeof targets, out: string }} bundle
 * @returns {Promise<{ target: string, version: string, files: number, bytes: number, sha256: string, isNew: boolean }>}
 * @throws {PreparationFailed} when the folder holds something else, or the install fails
 */
export const makeBundle = async ({ target, out }) => {
  const { roots, extras, entries } = targets[target];
  const packages = productPackages(roots);
  const name = `bundle-${target}-${sha256(out).slice(0, 12)}`;
  const fingerprint = inputsFingerprint(packages, extras);
  const described = join(out, 'bundle.json');
  if (existsSync(described) && isStamped(name, fingerprint)) return { ...readJson(described), isNew: false };
  if (existsSync(out) && !existsSync(described) && readdirSync(out).length > 0)
    throw new PreparationFailed(`${out} holds something that is no bundle. Name another folder, or empty this one.`);

  const { version } = readJson(join(root, 'package.json'));
  const partial = `${out}.partial-${process.pid}`;
  try {
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    layForInstall(packages, partial);
    await install(partial);
    prune(partial);
    layProduct({ packages, extras, version, out: partial });
    for (const entry of entries) if (!existsSync(join(partial, entry))) throw new PreparationFailed(`The bundle lacks ${entry}.`);
    const description = { target, version, node: process.versions.node, ...settleAndDescribe(partial) };
    writeFileSync(join(partial, 'bundle.json'), `${JSON.stringify(description, undefined, 2)}\n`);
    rmSync(out, { recursive: true, force: true });
    mkdirSync(dirname(out), { recursive: true });
    renameSync(partial, out);
    stamp(name, fingerprint);
    return { ...description, isNew: true };
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
};

const install = async (cwd) => {
  const { code, output } = await runQuietly({ program: 'npx', args: INSTALL, env: toolEnv(), cwd });
  if (code !== 0)
    throw new PreparationFailed(`${output.trimEnd()}\n\nThe production packages can not be installed; the lines above say why.`);
};

/** Contents, not times: building again what is the same changes nothing. */
const inputsFingerprint = (packages, extras) => {
  const hash = createHash('sha256').update(packagesFingerprint());
  const compiled = packages.flatMap(({ dir }) => compiledFiles(dir).map((file) => `${dir}/dist/${file}`));
  const beside = extras.flatMap(([from]) => filesAt(from));
  const ownScripts = filesAt('scripts/lib/bundle');
  for (const file of [...compiled, ...beside, ...ownScripts]) hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

const filesAt = (path) => {
  const entries = readdirOrNone(path);
  return entries === undefined ? [path] : entries.filter(({ entry }) => entry.isFile()).map((found) => `${path}/${found.path}`);
};

const readdirOrNone = (path) => {
  try {
    return walk(join(root, path));
  } catch (error) {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  }
};

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
