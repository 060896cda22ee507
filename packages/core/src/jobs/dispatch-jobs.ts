import type { DispatchItem, JobMoves } from '@otklik/contracts';
import { type Clock, type Logger, QueueError, toAppError } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from './background-loop.ts';
import type { JobMetrics } from './job-metrics.ts';
import { type Failpoint, noFailpoints } from './failpoints.ts';

/** Rows claimed in one round; large enough for BullMQ's addBulk to pay, small enough to be added before anybody looks for them. */
const BATCH = 500;
/** At most so many undone jobs of one type sit in the queue; the rest can still be reordered. */
const WINDOW = 2_000;
/** Every job that ends is a nudge, and a round costs a statement however few jobs it finds. */
const GAP_MS = 20;
/** A round that finds so many works off a backlog. The window feeds the workers meanwhile: the next round may gather more. */
const BACKLOG = 20;
const BACKLOG_GAP_MS = 100;
/**
 * After the queue refused something, a round that finds nothing says nothing of the queue for so long: another process
 * may hold the jobs just then, and each would tell of a recovery and of a new failure in turns.
 */
const QUIET_MS = 5_000;

type Deps = {
  readonly jobs: Pick<JobMoves, 'claimDispatch' | 'releaseClaims'>;
  readonly queue: { addBulk(items: readonly DispatchItem[]): Promise<void> };
  readonly logger: Logger;
  readonly failpoint?: Failpoint;
  readonly metrics?: Pick<JobMetrics, 'dispatched'>;
};

/**
 * The one path from row to queue: marks due rows as dispatched and adds them. What a crash in between leaves marked and not
 * added, the reconciler finds within seconds (`find-lost.ts`). Returns how many went out; throws QueueError or DatabaseError.
 */
export const makeDispatchJobs =
  ({ jobs, queue, logger, failpoint = noFailpoints, metrics }: Deps) =>
  async (): Promise<number> => {
    const items = await jobs.claimDispatch({ limit: BATCH, window: WINDOW });
    if (items.length === 0) return 0;
    failpoint('after-dispatch-claim');
    try {
      await queue.addBulk(items);
    } catch (thrown) {
      // They would be found missing; giving them back lets them go out as soon as the queue answers again.
      await jobs.releaseClaims(items).catch((cause: unknown) => {
        logger.debug('claims were not given back, the jobs will be found missing', { error: toAppError(cause) });
      });
      throw thrown;
    }
    failpoint('after-queue-add');
    metrics?.dispatched(items);
    return items.length;
  };

type DispatcherDeps = Deps & {
  readonly clock: Clock;
  /** Floor of the latency when nobody nudges. Default 300 ms. */
  readonly pollMs?: number;
};

/** Dispatches after each nudge and at every poll, in any number of processes. */
export const createDispatcher = ({ clock, pollMs = 300, ...deps }: DispatcherDeps): BackgroundLoop => {
  const dispatchJobs = makeDispatchJobs(deps);
  let lastCount = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;
  return createBackgroundLoop({
    name: 'dispatcher',
    round: async () => {
      const count = await dispatchJobs().catch((thrown: unknown) => {
        if (thrown instanceof QueueError) refusedAt = clock.now();
        throw thrown;
      });
      if (count === 0 && clock.now() - refusedAt < QUIET_MS) return null;
      // One that finds the window full says nothing about the backlog.
      if (count > 0) lastCount = count;
      return count === BATCH;
    },
    intervalMs: pollMs,
    gapMs: () => (lastCount < BACKLOG ? GAP_MS : BACKLOG_GAP_MS),
    clock,
    logger: deps.logger,
  });
};
