// `npm run check`: every check in its turn, also after one failed; `npm run check -- lint format` runs the named ones.
import { stripVTControlCharacters } from 'node:util';
import { checks } from './lib/checks.mjs';
import { runQuietly } from './lib/run-quietly.mjs';
import { colors } from './lib/colors.mjs';
import { PreparationFailed } from './lib/preparation-failed.mjs';
import { say, secondsSince } from './lib/say.mjs';

const main = async (names) => {
  const unknown = names.filter((name) => !Object.hasOwn(checks, name));
  if (unknown.length > 0) {
    say(`There is no check "${unknown.join('", "')}". There are: ${Object.keys(checks).join(', ')}.`);
    return 2;
  }
  const failed = [];
  for (const name of names.length === 0 ? Object.keys(checks) : names) if (!(await passes(name))) failed.push(name);
  process.stdout.write(failed.length === 0 ? 'All checks passed.\n' : `Failed: ${failed.join(', ')}.\n`);
  return failed.length === 0 ? 0 : 1;
};

const passes = async (name) => {
  const { commands, advice } = checks[name];
  const startedAt = performance.now();
  for (const [program, ...args] of commands()) {
    const { code, output } = await runQuietly({ program, args, env: { ...process.env, ...colors() } });
    if (code === 0) continue;
    process.stdout.write(`${name} … failed (${secondsSince(startedAt)})\n\n${readable(output.trim())}\n\n${advice}\n\n`);
    return false;
  }
  process.stdout.write(`${name} … ok (${secondsSince(startedAt)})\n`);
  return true;
};

/** Some tools color their output in CI whatever they are told. */
const readable = (output) => (process.stdout.isTTY ? output : stripVTControlCharacters(output));

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PreparationFailed)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
