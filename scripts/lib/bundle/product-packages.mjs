import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceDirs } from '../fingerprints.mjs';
import { root } from '../paths.mjs';

/**
 * The workspace packages that a bundle consists of: its roots and all that they depend on in production.
 * @returns {{ dir: string, manifest: Record<string, any> }[]} sorted by folder
 */
export const productPackages = (roots) => {
  const all = new Map(workspaceDirs().map((dir) => [dir, JSON.parse(readFileSync(join(root, dir, 'package.json'), 'utf8'))]));
  const dirOf = new Map([...all].map(([dir, { name }]) => [name, dir]));
  const found = new Set();
  const visit = (dir) => {
    if (found.has(dir)) return;
    found.add(dir);
    const { dependencies = {} } = all.get(dir);
    for (const name of Object.keys(dependencies)) if (dirOf.has(name)) visit(dirOf.get(name));
  };
  for (const dir of roots) visit(dir);
  return [...found].toSorted().map((dir) => ({ dir, manifest: all.get(dir) }));
};

/** What is left of a package.json where nothing is built, tested or published any more. */
export const slimManifest = ({ name, version, license, type, exports, dependencies }) => ({
  name,
  version,
  private: true,
  license,
  type,
  ...(exports !== undefined && { exports: { '.': exports['.'].default } }),
  ...(dependencies !== undefined && { dependencies }),
});
