import {
  type BackgroundLoop,
  type SilenceJudge,
  createDispatcher,
  createJobMetrics,
  createReconciler,
  createRetention,
  createSilenceJudge,
  defaultRepairTiming,
  defaultRetention,
} from '@otklik/core';
import { createProducer } from '@otklik/queue';
import { newId, noMetrics, systemClock } from '@otklik/shared';
import type { Parts } from './parts.ts';
import { tellLead } from './worker-metrics.ts';

type Movers = {
  readonly dispatcher: Pick<BackgroundLoop, 'nudge'>;
  /** For attempts, which judge the silence of other workers as well. */
  readonly judge: SilenceJudge;
};

/** The dispatcher, the reconciler and the retention, on connections of their own. */
export const startMovers = ({ config, options, scope, db, engine }: Parts): Movers => {
  const { logger, metrics: allMetrics = noMetrics } = options;
  const metrics = createJobMetrics(allMetrics);
  const producer = scope.use('producer', createProducer({ engine }), (it) => it.close());
  const dispatcher = createDispatcher({
    jobs: db.mover,
    queue: producer,
    clock: systemClock,
    logger,
    metrics,
    ...(options.failpoint && { failpoint: options.failpoint }),
  });
  const lead = db.openLeadership({ onElected: () => reconciler.nudge(), ...(options.leadTiming && { timing: options.leadTiming }) });
  const leadership = scope.use('leadership', lead, (it) => it.close());
  tellLead({ metrics: allMetrics, leadership });
  const timing = options.repairTiming ?? defaultRepairTiming;
  const judge = createSilenceJudge({ ...timing, answersForMs: leadership.answersForMs, clock: systemClock });
  const reconciler = createReconciler({
    jobs: db.mover,
    epoch: db.queueEpoch,
    queue: producer,
    newId,
    leadership,
    judge,
    dispatcher,
    clock: systemClock,
    logger,
    metrics,
    timing,
    ...(options.failpoint && { failpoint: options.failpoint }),
    ...(options.reconcileEveryMs !== undefined && { intervalMs: options.reconcileEveryMs }),
  });
  const retention = createRetention({
    store: db.retention,
    limits: config.retention ?? defaultRetention,
    leadership,
    clock: systemClock,
    logger,
    metrics: allMetrics,
    ...(options.failpoint && { failpoint: options.failpoint }),
    ...(options.retainEveryMs !== undefined && { intervalMs: options.retainEveryMs }),
  });
  scope.use('dispatcher', dispatcher, (it) => it.stop()).start();
  scope.use('reconciler', reconciler, (it) => it.stop()).start();
  scope.use('retention', retention, (it) => it.stop()).start();
  return { dispatcher, judge };
};
