import { type JobType, jobTypes } from '@otklik/contracts';
import { type Clock, type Logger, type Metrics, Shutdown } from '@otklik/shared';

/** Bounds of work that ignores its signal. */
export type AbandonTiming = {
  /** What work gets to end after its signal; then its attempt ends without it. */
  readonly abandonAfterMs: number;
  /** Abandoned work that is not back after this much more will not come back. */
  readonly comeBackMs: number;
  /** More abandoned pieces of work at once are more than a process should carry. */
  readonly maxAbandoned: number;
};

/** A process that goes down has cut its connections by then: what is to be recorded must be recorded before. */
const SHUTDOWN_GRACE_MS = 1_000;

type Deps = {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Asks the process to end in order, so that somebody starts it anew. */
  readonly giveUp: (reason: string) => void;
  readonly timing: AbandonTiming;
};

/**
 * Waits for work, and after its signal no longer than the grace: the promise then rejects with the reason of the signal,
 * and the slot is free. What the work still does is fenced by its lease. A process in which such work piles up, or does
 * not come back, gives up.
 */
export type HoldToSignal = <T>(type: JobType, work: Promise<T>, signal: AbortSignal) => Promise<T>;

export const makeHoldToSignal = (deps: Deps): HoldToSignal => {
  const { clock, timing } = deps;
  const abandon = makeAbandon(deps);

  return async (type, work, signal) => {
    const over = Promise.withResolvers<never>();
    let cancel = (): void => undefined;
    const onAbort = (): void => {
      const graceMs = signal.reason instanceof Shutdown ? Math.min(SHUTDOWN_GRACE_MS, timing.abandonAfterMs) : timing.abandonAfterMs;
      cancel = clock.after(graceMs, () => {
        abandon(type, work);
        over.reject(signal.reason);
      });
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([work, over.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      cancel();
    }
  };
};

const makeAbandon = ({ clock, logger, metrics, giveUp, timing }: Deps) => {
  const count = createCounts(metrics);
  let out = 0;
  const change = (by: 1 | -1): void => {
    out += by;
    count.out.set({}, out);
  };
  count.out.set({}, out);

  return (type: JobType, work: Promise<unknown>): void => {
    change(1);
    count.abandoned.inc({ type });
    logger.warn('attempt abandoned, its work ignores its signal', { out });
    const cancel = clock.after(timing.comeBackMs, () => giveUp('Work that ignores its signal does not come back.'));
    work
      .catch(() => undefined)
      .finally(() => {
        change(-1);
        cancel();
        logger.info('abandoned work came back', { out });
      });
    if (out > timing.maxAbandoned) giveUp('Too much work ignores its signal.');
  };
};

const createCounts = (metrics: Metrics) => {
  const abandoned = metrics.counter({
    name: 'otklik_attempts_abandoned_total',
    help: 'Attempts that were ended without their work, which ignored its signal.',
    labels: ['type'],
  });
  for (const type of jobTypes) abandoned.inc({ type }, 0);
  return {
    abandoned,
    out: metrics.gauge({ name: 'otklik_attempts_abandoned', help: 'Pieces of abandoned work that have not come back.' }),
  };
};
