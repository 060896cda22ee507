import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type WaitOptions, waitFor } from '../waiting/wait-for.ts';
import { guard } from './guard.ts';

/** The root of the repository. */
export const REPO_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

export type RunProcessOptions = {
  /** A module of this repository, for example `apps/api/src/main.ts`. It runs from the sources, no build is needed. */
  readonly module: string;
  readonly args?: readonly string[];
  /** Options of Node itself. */
  readonly nodeArgs?: readonly string[];
  /** The whole environment but PATH and HOME. */
  readonly env?: Readonly<Record<string, string>>;
  /** File for its stdout, from the beginning. Default: its lines are kept here, which costs us as much as it wrote. */
  readonly stdoutFile?: string;
  /** How many of its lines are kept, the newest. Default: all; a load test would fill the memory with them. */
  readonly maxLines?: number;
  /** Run it elsewhere and as somebody else. Default: here, as we are. */
  readonly place?: ProcessPlace;
};

/** Where a program that is no longer part of the repository runs: compiled, with `env` as its whole environment. */
export type ProcessPlace = {
  /** The Node program. */
  readonly node: string;
  /** Its working folder; `module` is relative to it. */
  readonly cwd: string;
  /** Default: whoever we are. */
  readonly user?: { readonly uid: number; readonly gid: number };
};

export type ExitStatus = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type RunningProcess = {
  readonly pid: number;
  /** What it wrote to stdout and stderr so far, line by line. */
  readonly lines: readonly string[];
  /** The lines that are JSON objects: its log. */
  logs(): readonly Readonly<Record<string, unknown>>[];
  /** The first line that matches, now or later; throws when the process ends without it. */
  waitForLine(pattern: RegExp, options?: WaitOptions): Promise<string>;
  /** Sends the signal and waits for the end. Default SIGTERM. SIGSTOP and SIGCONT do not end it: use `signal`. */
  kill(signal?: NodeJS.Signals): Promise<ExitStatus>;
  /** Closes our end of its stream, as a log collector does that dies. */
  hangUp(stream: 'stdout' | 'stderr'): void;
  signal(signal: NodeJS.Signals): void;
  readonly exited: Promise<ExitStatus>;
};

/** Starts a program of ours as a process. It can't outlive the test. */
export const runProcess = (options: RunProcessOptions): RunningProcess => {
  const { module, maxLines = Number.POSITIVE_INFINITY } = options;
  const child = start(options);
  if (child.pid === undefined) throw new Error(`${module} can't be started.`);
  const callOff = guard({ pids: [child.pid] });
  const lines: string[] = [];
  const keep = (line: string): void => {
    lines.push(line);
    if (lines.length > maxLines) lines.shift();
  };
  for (const stream of [child.stdout, child.stderr]) if (stream !== null) createInterface({ input: stream }).on('line', keep);
  const exited = untilExit(child).finally(callOff);

  return {
    pid: child.pid,
    lines,
    exited,
    logs: () => lines.flatMap(parseLog),
    waitForLine: (pattern, waiting) => waitForLine({ module, lines, child }, pattern, waiting),
    hangUp: (stream) => void child[stream]?.destroy(),
    signal: (signal) => void child.kill(signal),
    kill: (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
};

const start = (options: RunProcessOptions): ChildProcess => {
  const file = options.stdoutFile === undefined ? undefined : openSync(options.stdoutFile, 'w');
  try {
    const stdio: StdioOptions = ['ignore', file ?? 'pipe', 'pipe'];
    return options.place === undefined ? spawnFromSources(options, stdio) : spawnAt(options.place, options, stdio);
  } finally {
    // The process has its own by now.
    if (file !== undefined) closeSync(file);
  }
};

const spawnFromSources = ({ module, args = [], nodeArgs = [], env = {} }: RunProcessOptions, stdio: StdioOptions): ChildProcess => {
  const program = ['--conditions=otklik-source', '--disable-warning=ExperimentalWarning', ...nodeArgs, module, ...args];
  const base = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...compiling() };
  return spawn(process.execPath, program, { cwd: REPO_ROOT, env: { ...base, ...env }, stdio });
};

const spawnAt = (
  { node, cwd, user }: ProcessPlace,
  { module, args = [], nodeArgs = [], env = {} }: RunProcessOptions,
  stdio: StdioOptions,
): ChildProcess => spawn(node, [...nodeArgs, module, ...args], { cwd, env, ...user, stdio });

/** Compiled code of our sources, for the next process: reading them takes half of a start. Beside the packages, so nobody commits it. */
const COMPILE_CACHE = join(REPO_ROOT, 'node_modules/.cache/otklik-compiled');

/** `npm run coverage` wants to know what ran in here as well; Node tells it on a regular end, and of code that it compiled itself. */
const compiling = (): Readonly<Record<string, string>> => {
  const folder = process.env['OTKLIK_CHILD_COVERAGE'];
  return folder === undefined ? { NODE_COMPILE_CACHE: COMPILE_CACHE } : { NODE_V8_COVERAGE: folder };
};

type Watched = { readonly module: string; readonly lines: readonly string[]; readonly child: ChildProcess };

const waitForLine = async ({ module, lines, child }: Watched, pattern: RegExp, options: WaitOptions = {}): Promise<string> => {
  const find = (): string | undefined => lines.find((line) => pattern.test(line));
  const what = `${module} to write ${String(pattern)}`;
  await waitFor(() => find() !== undefined || hasEnded(child), { timeoutMs: 20_000, what, ...options }).catch((thrown: unknown) => {
    throw new Error(`${String(thrown)}\n${tail(lines)}`, { cause: thrown });
  });
  const line = find();
  if (line === undefined) throw new Error(`${module} ended without writing ${String(pattern)}:\n${tail(lines)}`);
  return line;
};

const tail = (lines: readonly string[]): string => lines.slice(-30).join('\n');

const hasEnded = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode !== null || signalCode !== null;

/** `close` comes after the last line was read. */
const untilExit = (child: ChildProcess): Promise<ExitStatus> =>
  new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });

const parseLog = (line: string): Readonly<Record<string, unknown>>[] => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? [{ ...value }] : [];
  } catch {
    return [];
  }
};
