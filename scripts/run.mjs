// Every `npm <command>` comes through here: plain Node, nothing installed yet. It brings the checkout up to date
// (packages, build), then hands over to the real program. Its own words go to stderr: stdout belongs to the program.
import { commands } from './lib/commands.mjs';
import { PreparationFailed } from './lib/preparation-failed.mjs';
import { prepare } from './lib/prepare.mjs';
import { runProgram } from './lib/run-program.mjs';
import { say } from './lib/say.mjs';

const OLDEST_NODE = [20, 19];

const main = async ([name = '', ...args]) => {
  const command = commands[name];
  if (command === undefined) {
    say(`There is no command "${name}". There are: ${Object.keys(commands).join(', ')}.`);
    return 2;
  }
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    say(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or newer and run this again.`);
    return 1;
  }
  await prepare(command.needs);
  return command.program === undefined ? 0 : runProgram({ ...command, args: [...(command.args ?? []), ...args] });
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PreparationFailed)) throw error;
  say(error.message);
  process.exitCode = error.exitCode;
}
