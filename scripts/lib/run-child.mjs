import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { root } from './paths.mjs';
import { forwardSignals } from './run-program.mjs';
import { say } from './say.mjs';

/**
 * Runs a program with our output and without input, hands our signals on. What it started in its own process group does
 * not outlive it. Returns its exit code; 128 + n for signal n. `isOver` tells that it has done its work: one that is still
 * there `lingerMs` later is ended.
 */
export const runChild = async ({ program, args, env = process.env, isOver = () => false, lingerMs = 20_000 }) => {
  const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'], detached: process.platform !== 'win32' });
  const stopForwarding = forwardSignals(child);
  const stopWatching = endWhenOver({ pid: child.pid, isOver, lingerMs });
  try {
    const [code, signal] = await once(child, 'exit');
    return code ?? 128 + constants.signals[signal];
  } finally {
    stopForwarding();
    stopWatching();
    endGroup(child.pid);
  }
};

/** A test that failed before it closed what it had opened keeps its process alive for ever. */
const endWhenOver = ({ pid, isOver, lingerMs }) => {
  let overAt;
  const timer = setInterval(() => {
    if (isOver()) overAt ??= performance.now();
    if (overAt === undefined || performance.now() - overAt < lingerMs) return;
    say(`It has done its work and does not end: ended after ${lingerMs / 1_000} s.`);
    endGroup(pid);
  }, 250);
  return () => clearInterval(timer);
};

/** A worker that is caught in a loop hears no signal that can be refused. */
const endGroup = (pid) => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
};
