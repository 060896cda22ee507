import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './paths.mjs';

const IS_TEST = /\.test\.ts$/;
const NOT_SOURCES = new Set(['node_modules', 'dist', 'generated']);

/** The folders of the workspace's packages, relative to the root. */
export const workspaceDirs = () =>
  [...childrenOf('apps'), ...childrenOf('packages'), 'bench'].filter((dir) => existsSync(join(root, dir, 'package.json'))).toSorted();

/** Changes whenever other packages have to be installed. Of contents, so that a fresh checkout of the same is the same. */
export const packagesFingerprint = () => {
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', ...workspaceDirs().map((dir) => `${dir}/package.json`)];
  const hash = createHash('sha256').update(root);
  for (const file of files.filter((name) => existsSync(join(root, name))))
    hash.update(`\n${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
};

/** Changes whenever the generated database client has to be made anew. */
export const generatedFingerprint = () =>
  ofStats([...filesUnder('prisma', (name) => name.endsWith('.prisma')), 'packages/db/prisma.config.ts', 'packages/db/package.json']);

/** Changes whenever something has to be built: times and sizes only, because it is looked at in every start. */
export const sourcesFingerprint = () => {
  const settings = workspaceDirs().flatMap((dir) => [`${dir}/package.json`, `${dir}/tsconfig.json`]);
  const sources = workspaceDirs().flatMap((dir) => filesUnder(`${dir}/src`, (name) => !IS_TEST.test(name)));
  return ofStats([
    'tsconfig.base.json',
    'turbo.json',
    ...filesUnder('prisma', (name) => name.endsWith('.prisma')),
    ...settings,
    ...sources,
  ]);
};

const ofStats = (files) => {
  const hash = createHash('sha256');
  for (const file of files) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    if (stat !== undefined) hash.update(`${file} ${stat.mtimeMs} ${stat.size}\n`);
  }
  return hash.digest('hex');
};

const filesUnder = (dir, isWanted) => {
  const found = [];
  const visit = (folder) => {
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !NOT_SOURCES.has(entry.name)) visit(path);
      if (entry.isFile() && isWanted(entry.name)) found.push(relative(root, path));
    }
  };
  visit(join(root, dir));
  return found.toSorted();
};

const childrenOf = (dir) =>
  existsSync(join(root, dir))
    ? readdirSync(join(root, dir), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${dir}/${entry.name}`)
    : [];
