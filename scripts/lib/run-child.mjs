import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { root } from './paths.mjs';
import { forwardSignals } from './run-program.mjs';

/** Runs a program with our output and without input, hands our signals on. Returns its exit code; 128 + n for signal n. */
export const runChild = async ({ program, args, env = process.env }) => {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
  const stopForwarding = forwardSignals(child);
  try {
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal];
  } finally {
    stopForwarding();
  }
};
