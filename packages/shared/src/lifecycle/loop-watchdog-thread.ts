import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import type { LoopWatch } from './loop-watchdog.ts';

/** In a thread `process.stderr` goes through the main one, which is the one that does not answer. */
const STDERR = 2;

/** Runs in a thread of its own: looks whether the main thread still counts. */
const watch = ({ beat, everyMs, blockedAfterMs, service, farewell }: LoopWatch): void => {
  const beats = new Int32Array(beat);
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  let last = Atomics.load(beats, 0);
  let missed = 0;
  while (missed * everyMs < blockedAfterMs) {
    Atomics.wait(never, 0, 0, everyMs);
    const now = Atomics.load(beats, 0);
    missed = now === last ? missed + 1 : 0;
    last = now;
  }
  const message = 'the event loop is blocked, the process ends';
  const line = { time: new Date().toISOString(), level: 'error', service, message, blockedMs: missed * everyMs };
  writeSync(STDERR, `${farewell ?? JSON.stringify(line)}\n`);
  process.kill(process.pid, 'SIGKILL');
};

watch(workerData);
