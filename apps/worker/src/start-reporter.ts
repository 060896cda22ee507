import { hostname } from 'node:os';
import { type BackgroundLoop, createWorkerReporter } from '@otklik/core';
import type { Workers } from '@otklik/queue';
import { VERSION, newId, systemClock } from '@otklik/shared';
import type { Parts } from './parts.ts';

type ReporterParts = Parts & { readonly workers: Workers; readonly isDraining: () => boolean };

/** Tells `GET /v1/workers` of this process. */
export const startReporter = ({ options, scope, db, workers, isDraining }: ReporterParts): Pick<BackgroundLoop, 'nudge'> => {
  const reporter = createWorkerReporter({
    registry: db.workers,
    worker: { id: newId(), name: workers.workerName, host: hostname(), pid: process.pid, version: VERSION },
    queues: () =>
      workers.status().map(({ type, concurrency, active, lastConsumedAt }) => ({
        type,
        concurrency,
        active,
        idleMs: lastConsumedAt === null ? null : Date.now() - lastConsumedAt,
      })),
    isDraining,
    clock: systemClock,
    logger: options.logger,
  });
  scope.use('reporter', reporter, (it) => it.stop()).start();
  return reporter;
};
