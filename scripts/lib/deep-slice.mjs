import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

const DEFAULT_SLICES = 4;
/** A file that grows in the long run: by its name, or because it asks @otklik/testing for its numbers, or for its engines. */
const IS_DEEP_NAME = /\.deep\.test\.ts$/;
const ASKS_FOR_NUMBERS = /\b(deep|isDeepRun|runSeed|describeOnEngines)\(/;

/**
 * Takes `--slice SEED` or `--slice SEED/N` out of the arguments.
 * @param {readonly string[]} argv
 * @returns {{ slice?: { seed: number, of: number }, args: string[] }}
 * @throws {RangeError} when what follows `--slice` is neither
 */
export const takeSlice = (argv) => {
  const at = argv.findIndex((arg) => arg === '--slice' || arg.startsWith('--slice='));
  if (at === -1) return { args: [...argv] };
  const isJoined = argv[at].includes('=');
  const text = (isJoined ? argv[at].slice('--slice='.length) : argv[at + 1]) ?? '';
  const [, seed, of] = /^(\d+)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  if (seed === undefined) throw new RangeError('--slice wants SEED or SEED/N: two whole numbers, as in --slice 326/4.');
  return { slice: { seed: Number(seed), of: Number(of ?? DEFAULT_SLICES) }, args: argv.toSpliced(at, isJoined ? 1 : 2) };
};

/**
 * Every Nth of the files, starting at the seed's: N runs with following seeds visit each file once.
 * @param {readonly string[]} files
 * @param {{ seed: number, of: number }} slice
 */
export const filesOfSlice = (files, { seed, of }) => {
  const slices = Math.max(1, Math.min(of, files.length));
  return files.toSorted().filter((_file, index) => index % slices === seed % slices);
};

/** The test files of the long run, relative to the root. */
export const findDeepFiles = () =>
  ['apps', 'packages', 'bench', 'tests']
    .flatMap((dir) => testFilesUnder(join(root, dir)))
    .filter(isDeep)
    .map((path) => path.slice(root.length + 1))
    .toSorted();

const isDeep = (path) => IS_DEEP_NAME.test(path) || ASKS_FOR_NUMBERS.test(readFileSync(path, 'utf8'));

const testFilesUnder = (dir) => {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name === 'dist' ? [] : testFilesUnder(path);
      return entry.name.endsWith('.test.ts') ? [path] : [];
    });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
};
