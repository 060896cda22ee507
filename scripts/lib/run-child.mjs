import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { root } from './paths.mjs';
import { forwardSignals } from './run-program.mjs';

/**
 * Runs a program with our output and without input, hands our signals on. What it started in its own process group does
 * not outlive it. Returns its exit code; 128 + n for signal n.
 */
export const runChild = async ({ program, args, env = process.env }) => {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: process.platform !== 'win32' });
  const stopForwarding = forwardSignals(child);
  try {
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal];
  } finally {
    stopForwarding();
    endGroup(child.pid);
  }
};

/** A worker that is caught in a loop hears no signal that can be refused. */
const endGroup = (pid) => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
};
