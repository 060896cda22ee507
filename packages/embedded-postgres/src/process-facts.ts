import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * What tells this process from a later one with the same pid: its start, in the words of the system (Linux: clock ticks
 * since boot, proc_pid_stat(5) field 22; elsewhere `ps`). Undefined when it is gone; a zombie counts as gone.
 */
export const startOfProcess = (pid: number): string | undefined =>
  process.platform === 'linux' ? linuxStart(pid) : psField(pid, 'lstart=');

/** The command line as one string per argument (elsewhere than on Linux: split at blanks), empty when it can't be told. */
export const argsOfProcess = (pid: number): readonly string[] => {
  if (process.platform !== 'linux') return psField(pid, 'args=')?.split(' ') ?? [];
  return readProc(pid, 'cmdline')?.split('\0').slice(0, -1) ?? [];
};

/** Polls until `isTrue` says so; false when `timeoutMs` went by. */
export const until = async (isTrue: () => boolean, timeoutMs: number): Promise<boolean> => {
  const deadline = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > deadline) return false;
    await wait(20);
  }
  return true;
};

const linuxStart = (pid: number): string | undefined => {
  // The name in parentheses may hold blanks and parentheses itself, so fields are counted from the last one.
  const stat = readProc(pid, 'stat');
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
};

const readProc = (pid: number, file: string): string | undefined => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
};

const psField = (pid: number, field: string): string | undefined => {
  const { stdout } = spawnSync('ps', ['-ww', '-o', field, '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() === '' ? undefined : stdout.trim();
};
