import { type RetentionKind, type RetentionStore, retentionKinds } from '@otklik/contracts';
import { type Clock, type Logger, type Metrics, toAppError } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from './background-loop.ts';
import { type Failpoint, noFailpoints } from './failpoints.ts';

/** How long things are kept. 0: for ever. */
export type RetentionLimits = {
  /** Days after its end that a job is kept, with its attempts, events and log; and an uploaded list after its last use. */
  readonly jobsDays: number;
  /** Days that what happened to a job is kept. */
  readonly eventsDays: number;
  /** Days that the lines of a job's log are kept. */
  readonly logsDays: number;
  /** Of a living job, how many of its newest attempts are kept whatever they did; older ones that only waited go, with their events. At least 20. */
  readonly waits: number;
};

export const defaultRetention: RetentionLimits = { jobsDays: 90, eventsDays: 30, logsDays: 14, waits: 100 };

/** As long as the API promises; after that a key may be used anew. */
const IDEMPOTENCY_DAYS = 1;

/** Rows of a page. What hangs on its jobs goes in transactions of their own (`db/jobs/retention-store.ts`). */
const LIMITS: Readonly<Record<RetentionKind, number>> = {
  jobs: 500,
  events: 5_000,
  logs: 5_000,
  idempotency: 2_000,
  attempts: 50,
  // Of up to 100,000 lines each, which go along.
  lists: 2,
};

type Deps = {
  readonly store: RetentionStore;
  readonly limits: RetentionLimits;
  /** Who may act: one process at a time. */
  readonly leadership: { isLeader(): boolean };
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly failpoint?: Failpoint;
  /** Between two passes. Default 60 s. */
  readonly intervalMs?: number;
  /** Between two batches of one pass: others want the database as well. Default 200 ms. */
  readonly pauseMs?: number;
};

/**
 * Deletes what is old, in the process that leads: small transactions with a pause between them, until a pass has looked at
 * everything old, then again after the interval. It may be killed at any line: what is left is found by the next pass.
 */
export const createRetention = (deps: Deps): BackgroundLoop => {
  const { clock, logger, leadership, intervalMs = 60_000, pauseMs = 200 } = deps;
  const sweep = makeSweep(deps);
  return createBackgroundLoop({
    name: 'retention',
    round: async () => {
      if (!leadership.isLeader()) return null;
      const hasMore = await sweep();
      if (hasMore) await clock.sleep(pauseMs);
      return hasMore;
    },
    intervalMs,
    clock,
    logger,
  });
};

/**
 * One batch of each kind; says whether there is more to look at. A kind that fails has to wait until the pass is through
 * with the others; its failure is thrown then, and the next pass goes on with it where it stopped.
 */
const makeSweep = ({ store, limits, metrics, failpoint = noFailpoints }: Deps) => {
  const { deleted, failures } = createCounters(metrics);
  const keeps = keepsOf(limits);
  const failed = new Map<RetentionKind, unknown>();
  /** null: this pass is through with it. */
  let places = new Map<RetentionKind, string | null>();

  const sweepOne = async (what: RetentionKind): Promise<void> => {
    const swept = await store[what]({ keep: keeps[what], limit: LIMITS[what], after: places.get(what) ?? null });
    places.set(what, swept.last);
    deleted.inc({ what }, swept.deleted);
    if (swept.deleted > 0) failpoint('after-retention-batch');
  };

  return async (): Promise<boolean> => {
    for (const what of retentionKinds) {
      if (keeps[what] === 0 || places.get(what) === null || failed.has(what)) continue;
      try {
        await sweepOne(what);
      } catch (thrown) {
        failures.inc({ what });
        failed.set(what, thrown);
      }
    }
    if ([...places].some(([what, place]) => place !== null && !failed.has(what))) return true;
    places = new Map([...places].filter(([what]) => failed.has(what)));
    const [thrown] = failed.values();
    failed.clear();
    if (thrown !== undefined) throw toAppError(thrown);
    return false;
  };
};

const createCounters = (metrics: Metrics) => {
  const counterOf = (name: string, help: string) => {
    const counter = metrics.counter({ name, help, labels: ['what'] });
    for (const what of retentionKinds) counter.inc({ what }, 0);
    return counter;
  };
  return {
    deleted: counterOf('otklik_retention_deleted_total', 'Rows that were deleted for their age.'),
    failures: counterOf('otklik_retention_failures_total', 'Batches that could not be deleted; the other kinds went on all the same.'),
  };
};

const keepsOf = ({ jobsDays, eventsDays, logsDays, waits }: RetentionLimits): Readonly<Record<RetentionKind, number>> => ({
  jobs: jobsDays,
  events: eventsDays,
  logs: logsDays,
  idempotency: IDEMPOTENCY_DAYS,
  attempts: waits,
  lists: jobsDays,
});
