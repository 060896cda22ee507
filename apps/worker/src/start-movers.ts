import { type BackgroundLoop, createDispatcher, createJobMetrics, createReconciler, defaultRepairTiming } from '@otklik/core';
import { createProducer } from '@otklik/queue';
import { newId, noMetrics, systemClock } from '@otklik/shared';
import type { Parts } from './parts.ts';

/** The dispatcher and the reconciler, on connections of their own. */
export const startMovers = ({ options, scope, db, engine }: Parts): Pick<BackgroundLoop, 'nudge'> => {
  const { logger } = options;
  const metrics = createJobMetrics(options.metrics ?? noMetrics);
  const producer = scope.use('producer', createProducer({ engine }), (it) => it.close());
  const dispatcher = createDispatcher({
    jobs: db.mover,
    queue: producer,
    clock: systemClock,
    logger,
    metrics,
    ...(options.failpoint && { failpoint: options.failpoint }),
  });
  const reconciler = createReconciler({
    jobs: db.mover,
    epoch: db.queueEpoch,
    queue: producer,
    newId,
    withLock: db.withReconcilerLock,
    dispatcher,
    clock: systemClock,
    logger,
    metrics,
    timing: options.repairTiming ?? defaultRepairTiming,
    ...(options.reconcileEveryMs !== undefined && { intervalMs: options.reconcileEveryMs }),
  });
  scope.use('dispatcher', dispatcher, (it) => it.stop()).start();
  scope.use('reconciler', reconciler, (it) => it.stop()).start();
  return dispatcher;
};
