import type { LogEntry } from './commands.ts';

export type CallLog = {
  add(call: Omit<LogEntry, 'seq'>): void;
  /** Calls with a number greater than `since`, in order. */
  since(since: number): readonly LogEntry[];
  reset(): void;
};

const KEPT = 20_000;

/** The calls of late; the oldest are forgotten beyond 20,000. */
export const createCallLog = (): CallLog => {
  let entries: LogEntry[] = [];
  let seq = 0;
  return {
    add: (call) => {
      seq += 1;
      entries.push({ seq, ...call });
      // Cut seldom and much: dropping one entry a call would copy the list each time.
      if (entries.length >= 2 * KEPT) entries = entries.slice(-KEPT);
    },
    since: (since) => entries.filter((entry) => entry.seq > since).slice(-KEPT),
    reset: () => {
      entries = [];
    },
  };
};
