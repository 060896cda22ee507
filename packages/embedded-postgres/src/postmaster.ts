import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { serverEnvironment } from './cluster.ts';
import { EmbeddedPostgresError } from './embedded-postgres-errors.ts';
import type { OsUser } from './os-user.ts';
import { argsOfProcess, startOfProcess, until } from './process-facts.ts';

/** A running server. `start` tells its process from a later one with the same pid. */
export type Postmaster = { readonly pid: number; readonly port: number; readonly start: string };

export type LaunchPlan = {
  readonly program: string;
  readonly clusterDir: string;
  readonly logFile: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly user: OsUser | undefined;
};

/** The server that an earlier owner left running in this cluster, if any. Only a process that really serves it counts. */
export const findLeftover = (clusterDir: string): Postmaster | undefined => {
  const file = readPidFile(clusterDir);
  const start = file === undefined ? undefined : startOfProcess(file.pid);
  const isOurs = file !== undefined && argsOfProcess(file.pid).join(' ').includes(`-D ${clusterDir} `);
  return isOurs && start !== undefined ? { pid: file.pid, port: file.port, start } : undefined;
};

/**
 * Removes the pid file of a server that is dead. A dead process that nobody has reaped yet (common in containers) still
 * has its pid, for which the new server would refuse to start. What guards the data is the shared memory block of the
 * cluster, which the new server finds by the inode of the directory: it still waits for the old one's sessions.
 */
export const clearDeadPidFile = (clusterDir: string): void => {
  const file = readPidFile(clusterDir);
  if (file !== undefined && startOfProcess(file.pid) === undefined) rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
};

/** Whether it was started exactly as the plan would start it, and serves. */
export const canAdopt = (postmaster: Postmaster, plan: LaunchPlan): boolean => {
  const expected = [plan.program, ...argsFor(plan, postmaster.port)].join(' ');
  return argsOfProcess(postmaster.pid).join(' ') === expected && readPidFile(plan.clusterDir)?.status === 'ready';
};

/** Starts the server and waits until it takes connections. Undefined when it gave up, which its log explains. */
export const launch = async (plan: LaunchPlan, port: number, timeoutMs: number): Promise<Postmaster | undefined> => {
  const child = spawnServer(plan, argsFor(plan, port));
  const failures: Error[] = [];
  child.once('error', (error) => failures.push(error));
  const hasEnded = (): boolean => failures.length > 0 || child.exitCode !== null || child.signalCode !== null;
  await until(() => hasEnded() || isReady(plan, child.pid), timeoutMs);

  if (failures[0] !== undefined) throw new EmbeddedPostgresError("The database program can't be run.", { cause: failures[0] });
  const start = child.pid === undefined || hasEnded() ? undefined : startOfProcess(child.pid);
  if (child.pid === undefined || start === undefined) return undefined;
  const postmaster = { pid: child.pid, port, start };
  if (isReady(plan, child.pid)) return postmaster;
  await stopPostmaster(postmaster, 5_000);
  return undefined;
};

/** Fast shutdown: sessions are cut, data is safe. Past the deadline an immediate one, which the next start recovers from. */
export const stopPostmaster = async (postmaster: Postmaster, timeoutMs: number): Promise<void> => {
  const isGone = (): boolean => startOfProcess(postmaster.pid) !== postmaster.start;
  // A stopped process (SIGSTOP) would not hear the rest.
  for (const signals of [['SIGINT', 'SIGCONT'], ['SIGQUIT', 'SIGCONT'], ['SIGKILL']] as const) {
    for (const signal of signals) if (!isGone()) send(postmaster.pid, signal);
    if (await until(isGone, timeoutMs)) {
      // Lets the event loop learn of its child's end before the caller looks at open handles.
      await wait(0);
      return;
    }
  }
  throw new EmbeddedPostgresError(`The database process ${postmaster.pid} does not end.`);
};

/** The last lines of the server's log from `offset` on. */
export const readLog = (plan: LaunchPlan, offset: number): string =>
  readFileSync(plan.logFile).subarray(offset).toString('utf8').trim().split('\n').slice(-8).join('\n');

export const sizeOfLog = (plan: LaunchPlan): number => statSync(plan.logFile, { throwIfNoEntry: false })?.size ?? 0;

const argsFor = ({ clusterDir, settings }: LaunchPlan, port: number): string[] => {
  const all = { ...settings, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  return ['-D', clusterDir, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
};

const spawnServer = (plan: LaunchPlan, args: string[]): ChildProcess => {
  const log = openSync(plan.logFile, 'a', 0o600);
  try {
    // Detached: a Ctrl-C in the terminal must not take the database away from those who are still finishing.
    const stdio: StdioOptions = ['ignore', log, log];
    const child = spawn(plan.program, args, { ...plan.user, cwd: '/', env: serverEnvironment, detached: true, stdio });
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
};

const isReady = ({ clusterDir }: LaunchPlan, pid: number | undefined): boolean => {
  const file = readPidFile(clusterDir);
  return file?.pid === pid && file?.status === 'ready';
};

/** Lines of postmaster.pid: 1 pid, 4 port, 8 status (src/include/utils/pidfile.h). */
const readPidFile = (clusterDir: string): { pid: number; port: number; status: string } | undefined => {
  try {
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), status: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended on its own between the look and the signal.
  }
};
