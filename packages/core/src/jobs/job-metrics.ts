import {
  type AttemptEnd,
  type EndedJobs,
  type JobRecord,
  type JobState,
  type JobType,
  type WaitingFor,
  attemptEnds,
  isTerminal,
  jobTypes,
  terminalStates,
  waitKinds,
} from '@otklik/contracts';
import type { Metrics } from '@otklik/shared';
import { createFailureMetrics } from './failure-metrics.ts';

/** Repairs of jobs by their moves (14, 13, 16, 17, 18, 8b, 15, 15), and deliveries without a job. */
const repairKinds = [
  'lostWorkers',
  'forcedCancels',
  'expired',
  'deadlines',
  'settled',
  'tokenWaits',
  'epochRequeued',
  'absentRequeued',
  'orphansRemoved',
] as const;
export type RepairKind = (typeof repairKinds)[number];

/** What a round repaired, by kind; for the log. */
export type Repairs = Readonly<Record<RepairKind, number>>;

/** An attempt that ended. */
type EndedAttempt = {
  readonly type: JobType;
  readonly end: AttemptEnd;
  readonly seconds: number;
  /** The state that its job has now; null when the lease was lost. */
  readonly state: JobState | null;
  /** Of the error, where it failed. */
  readonly code?: string | undefined;
};

/** What is counted about jobs; one set per process. */
export type JobMetrics = {
  /** An attempt began: how long the job had been due, by the database's clock. */
  started(job: Pick<JobRecord, 'type' | 'runAt' | 'queuedAt' | 'heartbeatAt'>): void;
  ended(attempt: EndedAttempt): void;
  waits(type: JobType, kind: WaitingFor['kind']): void;
  /** So many attempts wait for the database now, to begin or to be recorded. */
  held(count: number): void;
  poisoned(type: JobType): void;
  dispatched(items: readonly { readonly type: JobType; readonly lagMs: number }[]): void;
  repaired(kind: RepairKind, count: number): void;
  repairFailed(kind: RepairKind): void;
  /** Every step of a round of repairs was made. */
  roundFinished(): void;
  /** Jobs that ended without an attempt of this process: `failed` are those alone that are poisoned. */
  closed(jobs: EndedJobs): void;
};

/** From a job that is taken at once to one that stood in a long queue. */
const WAIT_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];
/** From a no-op to the longest attempt that the defaults allow. */
const RUN_BUCKETS = [0.01, 0.05, 0.25, 1, 5, 15, 60, 300, 900];

/** Of a process that gives jobs to the queue and does no more with them. */
export const createDispatchMetrics = (metrics: Metrics): Pick<JobMetrics, 'dispatched'> => {
  const deliveries = metrics.counter({ name: 'otklik_jobs_dispatched_total', help: 'Deliveries to the queue.', labels: ['type'] });
  const lag = metrics.histogram({
    name: 'otklik_job_dispatch_lag_seconds',
    help: 'From the moment a job was due to its delivery to the queue.',
    labels: ['type'],
    buckets: WAIT_BUCKETS,
  });
  for (const type of jobTypes) {
    deliveries.inc({ type }, 0);
    lag.zero({ type });
  }
  return {
    dispatched: (items) => {
      for (const { type, lagMs } of items) {
        deliveries.inc({ type });
        lag.observe({ type }, Math.max(0, lagMs) / 1_000);
      }
    },
  };
};

/** Of a process that ends jobs only when it is asked to cancel them. */
export const createCancelMetrics = (metrics: Metrics): Pick<JobMetrics, 'closed'> => {
  const finished = createFinished(metrics);
  for (const type of jobTypes) finished.inc({ type, state: 'cancelled' }, 0);
  return {
    closed: (jobs) => {
      for (const { type, state } of jobs) finished.inc({ type, state });
    },
  };
};

/** Of a process that also runs and repairs them. */
export const createJobMetrics = (metrics: Metrics): JobMetrics => {
  const startLatency = metrics.histogram({
    name: 'otklik_job_start_latency_seconds',
    help: 'From the moment a job was due to the start of its attempt.',
    labels: ['type'],
    buckets: WAIT_BUCKETS,
  });
  const duration = metrics.histogram({
    name: 'otklik_job_run_duration_seconds',
    help: 'How long attempts ran, by how they ended.',
    labels: ['type', 'end'],
    buckets: RUN_BUCKETS,
  });
  const failures = createFailureMetrics(metrics);
  const counters = createCounters(metrics);
  startAtZero(counters);
  for (const type of jobTypes) startLatency.zero({ type });

  const poisoned = (type: JobType): void => {
    counters.poisoned.inc({ type });
    counters.finished.inc({ type, state: 'failed' });
  };

  return {
    ...createDispatchMetrics(metrics),
    started: ({ type, runAt, queuedAt, heartbeatAt }) => {
      const due = Math.max(runAt.getTime(), queuedAt?.getTime() ?? 0);
      if (heartbeatAt !== null) startLatency.observe({ type }, Math.max(0, heartbeatAt.getTime() - due) / 1_000);
    },
    ended: ({ type, end, seconds, state, code }) => {
      duration.observe({ type, end }, seconds);
      if (code !== undefined) failures.failed(type, code);
      counters.attempts.inc({ type, end });
      if (state !== null && isTerminal(state)) counters.finished.inc({ type, state });
    },
    waits: (type, kind) => counters.waits.inc({ type, kind }),
    held: (count) => counters.held.set({}, count),
    poisoned,
    closed: (jobs) => {
      for (const { type, state } of jobs) {
        if (state === 'failed') poisoned(type);
        else counters.finished.inc({ type, state });
      }
    },
    repaired: (kind, count) => counters.repairs.inc({ kind }, count),
    repairFailed: (kind) => counters.repairFailures.inc({ kind }),
    roundFinished: () => counters.lastRound.set({}, Date.now() / 1_000),
  };
};

const createFinished = (metrics: Metrics) =>
  metrics.counter({
    name: 'otklik_jobs_finished_total',
    help: 'Jobs that this process brought to their last state.',
    labels: ['type', 'state'],
  });

const createCounters = (metrics: Metrics) => ({
  attempts: metrics.counter({ name: 'otklik_job_attempts_total', help: 'Attempts, by how they ended.', labels: ['type', 'end'] }),
  finished: createFinished(metrics),
  waits: metrics.counter({ name: 'otklik_job_waits_total', help: 'Attempts that stepped back to wait.', labels: ['type', 'kind'] }),
  held: metrics.gauge({
    name: 'otklik_attempts_held',
    help: 'Attempts that wait for the database, to begin or to be recorded.',
  }),
  poisoned: metrics.counter({
    name: 'otklik_jobs_poisoned_total',
    help: 'Jobs given up because their attempts ended without a word too often.',
    labels: ['type'],
  }),
  repairs: metrics.counter({
    name: 'otklik_reconciler_repairs_total',
    help: 'Jobs that had lost their mover and got a new one, and deliveries without a job that were removed (orphansRemoved).',
    labels: ['kind'],
  }),
  repairFailures: metrics.counter({
    name: 'otklik_reconciler_failures_total',
    help: 'Steps of a round of repairs that failed; the others were made all the same.',
    labels: ['kind'],
  }),
  lastRound: metrics.gauge({
    name: 'otklik_reconciler_last_round_timestamp_seconds',
    help: 'When this process last finished a round of repairs.',
  }),
});

/** Prometheus sees growth between two scrapes: a series that appears with its first event hides it. */
const startAtZero = ({ attempts, finished, waits, held, poisoned, repairs, repairFailures }: ReturnType<typeof createCounters>): void => {
  held.set({}, 0);
  for (const kind of repairKinds) for (const counter of [repairs, repairFailures]) counter.inc({ kind }, 0);
  for (const type of jobTypes) {
    for (const end of attemptEnds) if (end !== 'running') attempts.inc({ type, end }, 0);
    for (const state of terminalStates) finished.inc({ type, state }, 0);
    for (const kind of waitKinds) waits.inc({ type, kind }, 0);
    poisoned.inc({ type }, 0);
  }
};
