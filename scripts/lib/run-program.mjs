import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { hasPinnedNode, pinnedNode, projectPath, root } from './paths.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const ECHO_MS = 500;
const FOLLOW_PARENT = new URL('./follow-parent.mjs', import.meta.url).href;

/**
 * Runs a program of the project on the pinned Node until it ends, with our input and output.
 *
 * It gets a process group of its own. A Ctrl-C reaches us from the terminal and again from npm, and would reach the
 * program as well; there a second signal means "at once". So the program hears only from us, and hears an echo once.
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it
 */
export const runProgram = async ({ program, args = [], nodeArgs = [], env = {} }) => {
  const child = spawn(
    hasPinnedNode() ? pinnedNode : process.execPath,
    ['--import', FOLLOW_PARENT, ...nodeArgs, join(root, program), ...args],
    {
      stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
      detached: process.platform !== 'win32',
      env: { ...process.env, PATH: projectPath(), ...env, OTKLIK_LIFELINE_FD: '3' },
    },
  );
  // The far end hangs up by dying; that is no news to us.
  child.stdio[3].on('error', () => undefined);
  const stopForwarding = forwardSignals(child);
  try {
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal];
  } finally {
    stopForwarding();
    child.stdio[3].destroy();
  }
};

/** Sends the signals we get on to the child, leaving out echoes. Returns how to stop. */
export const forwardSignals = (child) => {
  const lastAt = new Map();
  const onSignal = (signal) => {
    const now = performance.now();
    if (now - (lastAt.get(signal) ?? -Infinity) > ECHO_MS) child.kill(signal);
    lastAt.set(signal, now);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
};
