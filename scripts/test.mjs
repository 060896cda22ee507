// `npm test` and `npm run test:deep`: jest on private services. The last line of stdout is always the count.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colors } from './lib/colors.mjs';
import { filesOfSlice, findDeepFiles, takeSlice } from './lib/deep-slice.mjs';
import { pinnedNode, root } from './lib/paths.mjs';
import { ensureRedis } from './lib/redis-program.mjs';
import { runChild } from './lib/run-child.mjs';
import { say } from './lib/say.mjs';
import { readReport, summarize } from './lib/test-summary.mjs';

const main = async (argv) => {
  const { slice, args } = takeSlice(argv);
  if (!(await ensureRedis()) && process.env.REQUIRE_REDIS === '1') return summarize(1);
  const files = slice === undefined ? [] : filesOfSlice(findDeepFiles(), slice);
  if (slice !== undefined && files.length === 0) {
    say('There are no tests of the long run yet.');
    return summarize(0);
  }
  if (files.length > 0) say(`Slice ${slice.seed} of the long run: ${files.join(', ')}`);
  return runJest([...args, ...files], slice === undefined ? {} : { OTKLIK_SEED: String(slice.seed) });
};

const runJest = async (args, variables) => {
  const folder = mkdtempSync(join(tmpdir(), 'otklik-test-'));
  const report = join(folder, 'report.json');
  const program = join(root, 'node_modules/jest/bin/jest.js');
  const options = `${process.env.NODE_OPTIONS ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`.trim();
  const env = { ...process.env, ...colors(), ...variables, NODE_OPTIONS: options };
  try {
    // A fixed number of workers: many tests wait for timers of the product, so three keep two cores busy; more take turns only.
    const workers = args.some((arg) => /^(--maxWorkers|-w|--runInBand|-i)\b/.test(arg)) ? [] : ['--maxWorkers=3'];
    const jest = [program, ...workers, '--json', `--outputFile=${report}`, ...args];
    const code = await runChild({ program: pinnedNode, args: jest, env, isOver: () => existsSync(report) });
    return summarize(code, readReport(report));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const { line, exitCode } = await main(process.argv.slice(2)).catch((error) => {
  say(error instanceof RangeError ? error.message : error.stack);
  return summarize(1);
});
process.stdout.write(`${line}\n`);
process.exitCode = exitCode;
