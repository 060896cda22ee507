import { type RunningAttempts, createQueueFollower, followCancels, wakeDispatcher } from '@otklik/core';
import type { Workers } from '@otklik/queue';
import { systemClock } from '@otklik/shared';
import type { Parts } from './parts.ts';

type Nudged = { nudge(): void };
type SignalParts = Parts & {
  readonly dispatcher: Nudged;
  readonly reporter: Nudged;
  readonly workers: Workers;
  readonly running: RunningAttempts;
};

/** Heeds what other processes say: work to dispatch, jobs to cancel, queues to drain or to serve with more or fewer hands. */
export const startSignals = ({ options, scope, db, dispatcher, reporter, workers, running }: SignalParts): void => {
  const { logger } = options;
  wakeDispatcher({ signals: db.signals, dispatcher });
  followCancels({ signals: db.signals, running, jobs: db.jobs, logger });
  const follower = createQueueFollower({
    pauses: db.queuePauses,
    settings: db.queueSettings,
    signals: db.signals,
    running,
    workers,
    onChanged: reporter.nudge,
    clock: systemClock,
    logger,
  });
  scope.use('queue follower', follower, (it) => it.stop()).start();
  db.signals.start();
};
