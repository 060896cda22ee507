import { url as inspectorUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import { threadFile } from '../threads/thread-file.ts';

export type LoopWatchdogOptions = {
  /** A main thread that gave nobody a turn for so long will not come back in time. */
  readonly blockedAfterMs: number;
  /** Which program speaks, as in its log. */
  readonly service: string;
  /** What stderr is told instead of a line of the log, where a person reads it. */
  readonly farewell?: string;
};

export type LoopWatchdog = { stop(): Promise<void> };

/** What the watching thread is told. */
export type LoopWatch = LoopWatchdogOptions & {
  /** One Int32 that the main thread counts up. */
  readonly beat: SharedArrayBuffer;
  /** How often it does, and how often the watcher looks. */
  readonly everyMs: number;
};

/** Looks per limit: the end comes this part of the limit late at most. */
const LOOKS = 20;

/**
 * Ends this process with SIGKILL, after one line on stderr, when its main thread is blocked for `blockedAfterMs`: an endless
 * loop gives signals, heartbeats and probes no turn, so nothing else could end it. A thread of its own watches and counts
 * its own looks, never the clock: after SIGSTOP or a suspend both go on where they were. While a debugger is attached it
 * does not watch.
 */
export const startLoopWatchdog = ({ blockedAfterMs, service, farewell }: LoopWatchdogOptions): LoopWatchdog => {
  if (inspectorUrl() !== undefined) return { stop: () => Promise.resolve() };
  const beat = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const beats = new Int32Array(beat);
  const everyMs = Math.ceil(blockedAfterMs / LOOKS);
  const heart = setInterval(() => Atomics.add(beats, 0, 1), everyMs).unref();
  const workerData = { beat, everyMs, blockedAfterMs, service, ...(farewell !== undefined && { farewell }) } satisfies LoopWatch;
  // An error of its own is nobody's to catch: a process that can't be watched is started anew.
  const watcher = new Worker(threadFile('./loop-watchdog-thread', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 },
  });
  watcher.unref();
  return {
    stop: async () => {
      await watcher.terminate();
      clearInterval(heart);
    },
  };
};
