import { type JobType, jobTypes } from '@otklik/contracts';
import {
  type RunningAttempts,
  type SilenceJudge,
  createJobMetrics,
  createLogBuffer,
  defaultAttemptTiming,
  defaultBackoff,
  makeHoldToSignal,
  makeKeepLog,
  makeRunAttempt,
  noFailpoints,
} from '@otklik/core';
import { type Workers, startWorkers } from '@otklik/queue';
import { createLocalFileStore, newId, noMetrics, openCache, systemClock } from '@otklik/shared';
import { armAttempt, armFiles } from './armed.ts';
import type { WorkerConfig } from './config.ts';
import { hostAndPid } from './host-and-pid.ts';
import type { Parts } from './parts.ts';
import { makeProcessors } from './processors.ts';
import { countRecreated } from './worker-metrics.ts';

type AttemptParts = Parts & {
  readonly dispatcher: { nudge(): void };
  readonly judge: SilenceJudge;
  readonly running: Pick<RunningAttempts, 'add'>;
  readonly shutdown: AbortSignal;
};

/** Takes deliveries and runs attempts. */
export const startAttempts = ({ config, options, scope, db, engine, dispatcher, judge, running, shutdown }: AttemptParts): Workers => {
  const { logger, metrics = noMetrics } = options;
  const failpoint = options.failpoint ?? noFailpoints;
  const files = armFiles(createLocalFileStore({ dir: config.exportDir }), failpoint);
  const cache = scope.use('cache', openCache({ url: config.cache?.url, prefix: config.queue.prefix, logger, metrics }), (it) => it.close());
  const worker = config.name ?? `${hostAndPid()}-${newId().slice(-6)}`;
  const ours = makeProcessors({ config, db, files, cache, pacing: options.pacing, scope, logger, metrics });
  const buffer = scope.use('job log', createLogBuffer({ store: db.jobLog, clock: systemClock, logger, metrics }), (it) => it.stop());
  buffer.start();
  const timing = options.attemptTiming ?? defaultAttemptTiming;
  const giveUp = options.giveUp ?? ((reason: string): void => logger.error('the process should start anew', { reason }));
  const handle = makeRunAttempt({
    ...armAttempt({ jobs: db.jobs, processors: options.processors?.(ours) ?? ours }, failpoint),
    dispatcher,
    judge,
    worker,
    keepLog: makeKeepLog({ buffer }),
    shutdown,
    running,
    clock: systemClock,
    logger,
    metrics: createJobMetrics(metrics),
    timing,
    holdToSignal: makeHoldToSignal({ clock: systemClock, logger, metrics, giveUp, timing }),
    backoff: options.backoff ?? config.backoff ?? defaultBackoff,
  });
  return startWorkers({
    engine,
    types: config.types,
    handle,
    logger,
    workerName: worker,
    concurrency: concurrencyOf(config),
    onRecreated: countRecreated(metrics),
    ...(options.giveUp && { giveUp: options.giveUp }),
  });
};

const concurrencyOf = ({ concurrency }: WorkerConfig): Partial<Record<JobType, number>> =>
  concurrency === undefined ? {} : Object.fromEntries(jobTypes.map((type) => [type, concurrency]));
