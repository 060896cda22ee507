import type { InnerCall } from '../api/execute-code.ts';
import type { LogEntry } from './commands.ts';

export type CallLog = {
  /** A request, and the calls that its script made. */
  add(call: Omit<LogEntry, 'seq' | 'within'>, inner: readonly InnerCall[]): void;
  /** Calls with a number greater than `since`, in order. */
  since(since: number): readonly LogEntry[];
  /** How many of the latest calls are kept from now on; 0 keeps none. */
  keep(entries: number): void;
  reset(): void;
};

/** The calls of late; the oldest are forgotten. */
export const createCallLog = (initiallyKept: number): CallLog => {
  let kept = initiallyKept;
  let entries: LogEntry[] = [];
  let seq = 0;
  return {
    add: (call, inner) => {
      const within = seq + 1;
      seq += 1 + inner.length;
      if (kept === 0) return;
      entries.push({ seq: within, ...call });
      for (const [index, it] of inner.entries()) entries.push({ seq: within + 1 + index, ...it, time: call.time, within });
      // Cut seldom and much: dropping one entry a call would copy the list each time.
      if (entries.length >= 2 * kept) entries = entries.slice(-kept);
    },
    since: (since) => entries.filter((entry) => entry.seq > since).slice(-kept),
    keep: (count) => {
      kept = count;
      entries = count === 0 ? [] : entries.slice(-count);
    },
    reset: () => {
      entries = [];
    },
  };
};
