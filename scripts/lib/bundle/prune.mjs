import { lstatSync, readdirSync, rmSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { walk } from './walk.mjs';

// Left by the package manager for its next run; there is none, and some of it holds times and paths of this machine.
const OF_THE_INSTALL = [
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'node_modules/.modules.yaml',
  'node_modules/.pnpm-workspace-state-v1.json',
];
const OF_THE_STORE = /(^|\/)node_modules\/(\.bin|\.pnpm\/lock\.yaml)$/;

/** For compilers, debuggers, test runners and readers; a licence stays. */
const NOT_RUN =
  /(\.map|\.test\.[cm]?js|\.d\.[cm]?ts|\.[cm]?ts|\.tsbuildinfo|\.md|\.markdown|\.flow|\.eslintrc|\.nycrc|\.editorconfig|\.npmignore|\.yml)$/i;
const IS_LEGAL = /(^|\/)(licen[cs]e|notice|copying)[^/]*$/i;
/** Types only, whole packages of them. */
const TYPES_ONLY = /(^|\/)node_modules\/(\.pnpm\/(@types\+|undici-types@)[^/]+|@types\/[^/]+|\.pnpm\/node_modules\/(@types|undici-types))$/;
/** Tests that a library ships. */
const TESTS = /\/node_modules\/(@[^/]+\/)?[^/@]+\/(test|tests|__tests__|\.github)$/;
/** Prisma brings its compiler for five databases, in three sizes and two module systems; the client imports one. */
const OTHER_DATABASES = /\/@prisma\/client\/runtime\/query_compiler_.*\.(?!postgresql\.)[a-z]+\.(wasm-base64\.)?m?js$/;
const OTHER_COMPILERS = /\/@prisma\/client\/(runtime\/(query_compiler_small_bg\.|wasm-compiler-edge\.)|scripts$)/;

const isUnneeded = (path) =>
  [OF_THE_STORE, TYPES_ONLY, TESTS, OTHER_DATABASES, OTHER_COMPILERS].some((pattern) => pattern.test(path)) ||
  (NOT_RUN.test(path) && path.includes('node_modules/') && !IS_LEGAL.test(path));

/** Removes what an install leaves that a running server never reads, then links and folders that lead nowhere. */
export const prune = (out) => {
  for (const path of OF_THE_INSTALL) rmSync(join(out, path), { force: true });
  for (const { path, entry } of walk(out, (folder) => !isUnneeded(folder)))
    if (isUnneeded(path) && !(entry.isDirectory() && NOT_RUN.test(path))) rmSync(join(out, path), { recursive: true, force: true });
  for (const { path, entry } of walk(out)) if (entry.isSymbolicLink() && !leadsSomewhere(join(out, path))) rmSync(join(out, path));
  for (const { path, entry } of walk(out).toReversed()) if (entry.isDirectory()) removeIfEmpty(join(out, path));
};

const leadsSomewhere = (link) => statSync(link, { throwIfNoEntry: false }) !== undefined;

const removeIfEmpty = (dir) => {
  if (lstatSync(dir, { throwIfNoEntry: false })?.isDirectory() && readdirSync(dir).length === 0 && dirname(dir) !== dir) rmdirSync(dir);
};
