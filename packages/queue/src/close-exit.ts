import { Shutdown, systemClock, toAppError } from '@otklik/shared';
import type { Deliveries } from './deliveries.ts';
import type { QueueExit } from './queue-engine.ts';

/** What a queue gets to note deliveries that have ended. */
const NOTE_MS = 1_000;
const CUT_MS = 500;

type CloseInput = {
  readonly exit: QueueExit;
  readonly deliveries: Deliveries;
  readonly graceMs: number;
  readonly abortGraceMs: number;
  /** What aborted deliveries are told. */
  readonly why: string;
  readonly onError: (error: Error) => void;
};

/** Lets deliveries end, then aborts them, then cuts. BullMQ's close has no time limit, so ours runs beside it. */
export const closeExit = async ({ exit, deliveries, graceMs, abortGraceMs, why, onError }: CloseInput): Promise<void> => {
  const report = (thrown: unknown): void => onError(toAppError(thrown));
  let isClosed = false;
  // What has worked is off the queue's hands before it is recorded.
  const closed = exit
    .close()
    .catch(report)
    .then(() => deliveries.idle())
    .then(() => {
      isClosed = true;
    });
  /** Waits for what comes first: everything closed, the given, the time. */
  const within = async (ms: number, done?: Promise<void>): Promise<void> => {
    if (isClosed) return;
    const timer = new AbortController();
    const late = systemClock.sleep(ms, timer.signal).catch(() => undefined);
    await Promise.race([closed, late, ...(done === undefined ? [] : [done])]);
    timer.abort();
  };

  await within(graceMs, deliveries.idle());
  deliveries.abortAll(new Shutdown(why));
  await within(abortGraceMs, deliveries.idle());
  await within(NOTE_MS);
  if (!isClosed) await within(CUT_MS, exit.cut().catch(report));
};
