// `npm run coverage`: the whole suite, and which lines it ran, in jest and in the processes that its tests start.
// Arguments go to jest. A process that is killed tells nothing, so what only such processes run counts as not run.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coverageTable, mergeCoverage, summarizeCoverage } from './lib/coverage-report.mjs';
import { pinnedNode, root } from './lib/paths.mjs';
import { runChild } from './lib/run-child.mjs';
import { say } from './lib/say.mjs';

/** The product's own lines: neither tests nor what only they use, nor generated code. */
const INCLUDED = ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'];
const EXCLUDED = ['**/*.test.ts', '**/testing/**', '**/generated/**', 'packages/testing/**'];

const main = async (argv) => {
  const folder = mkdtempSync(join(tmpdir(), 'otklik-coverage-'));
  try {
    const code = await runTests(folder, argv);
    const runs = [readJson(join(folder, 'jest', 'coverage-final.json')), ...(await readChildren(folder))];
    say(`\n${coverageTable(summarizeCoverage(mergeCoverage(runs), root))}`);
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const runTests = (folder, argv) => {
  const from = [...INCLUDED, ...EXCLUDED.map((glob) => `!${glob}`)].map((glob) => `--collectCoverageFrom=${glob}`);
  const how = ['--coverage', '--coverageProvider=v8', '--coverageReporters=json', `--coverageDirectory=${join(folder, 'jest')}`];
  const env = { ...process.env, OTKLIK_CHILD_COVERAGE: join(folder, 'raw') };
  return runChild({ program: pinnedNode, args: [join(root, 'scripts/test.mjs'), ...how, ...from, ...argv], env });
};

/** What Node wrote for each process, in the form that jest writes. */
const readChildren = async (folder) => {
  const raw = join(folder, 'raw');
  if (!hasFiles(raw)) return [];
  const globs = [...INCLUDED.map((glob) => `--include=${glob}`), ...EXCLUDED.map((glob) => `--exclude=${glob}`)];
  const out = join(folder, 'children');
  const args = ['report', `--temp-directory=${raw}`, '--reporter=json', `--reports-dir=${out}`, '--extension=.ts', ...globs];
  const code = await runChild({ program: pinnedNode, args: [join(root, 'node_modules/c8/bin/c8.js'), ...args], env: process.env });
  if (code !== 0) throw new Error('The coverage of child processes can not be read.');
  return [readJson(join(out, 'coverage-final.json'))];
};

const hasFiles = (folder) => {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
};

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

process.exitCode = await main(process.argv.slice(2));
