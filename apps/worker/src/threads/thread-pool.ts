import type { RunInThread } from '@otklik/core';
import { type Clock, type Logger, type Metrics, Shutdown, withDeadline } from '@otklik/shared';
import { Piscina } from 'piscina';
import { createSeats } from './seats.ts';
import { createThreadMetrics } from './thread-metrics.ts';
import { type TaskPool, makeRunTask } from './thread-task.ts';

export type ThreadPoolOptions = {
  /** A module without imports that need a setting, and the name of its function: a thread program. */
  readonly program: { readonly file: URL; readonly name: string };
  /** How many tasks run at once, each in a thread of its own. At least 1. */
  readonly threads: number;
  /** Objects that a thread may hold, in MiB; one that wants more ends. */
  readonly memoryMb: number;
  /** How long a thread without work is kept. Default 30 s: it costs 60 ms to start and 7 MB to keep. */
  readonly idleMs?: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

export type ThreadPool<I, O> = {
  readonly run: RunInThread<I, O>;
  /** Ends all threads and whatever they do. Bounded. */
  close(): Promise<void>;
};

/** More than the attempts that a process may run at once. */
const MAX_WAITING = 600;
const CLOSE_MS = 3_000;
/** Where short-lived objects are made: of the size that V8 takes by itself, not in proportion to the old ones. */
const YOUNG_MB = 32;

/** Threads that are started when there is work for them and end when there is none. A thread runs one task at a time. */
export const openThreadPool = <I, O>(options: ThreadPoolOptions): ThreadPool<I, O> => {
  const seats = createSeats({ seats: options.threads, maxWaiting: MAX_WAITING });
  const pool = openPiscina<I, O>(options);
  const closing = new AbortController();
  const runTask = makeRunTask({ ...options, pool, closing: closing.signal, metrics: createThreadMetrics({ ...options, seats }) });
  return {
    run: async (input, signal) => {
      const leave = await seats.take(signal);
      try {
        return await runTask(input, signal);
      } finally {
        leave();
      }
    },
    close: () => {
      closing.abort(new Shutdown('The worker is going down.'));
      return withDeadline(pool.destroy(), CLOSE_MS, 'Ending the threads');
    },
  };
};

const openPiscina = <I, O>({ program, threads, memoryMb, idleMs = 30_000 }: ThreadPoolOptions): TaskPool<I, O> =>
  new Piscina({
    filename: program.file.href,
    name: program.name,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: idleMs,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MB },
    // Whatever the process was started with is not meant for them, and its secrets are none of their business.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: {},
  });
