import type { JobType, QueuePauses, QueueSettings, Signals } from '@otklik/contracts';
import type { Clock, Logger } from '@otklik/shared';
import { type BackgroundLoop, createBackgroundLoop } from '../jobs/background-loop.ts';
import type { RunningAttempts } from '../jobs/running-attempts.ts';

type Served = { readonly type: JobType; readonly concurrency: number };

type Deps = {
  readonly pauses: Pick<QueuePauses, 'list'>;
  readonly settings: Pick<QueueSettings, 'list'>;
  readonly signals: Pick<Signals, 'onQueueChanged' | 'onHearing'>;
  readonly running: Pick<RunningAttempts, 'drain'>;
  readonly workers: { status(): readonly Served[]; setConcurrency(type: JobType, concurrency: number): void };
  /** Told when this worker does something else from now on. */
  readonly onChanged: () => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How long a change takes that was not heard of. Default 5 s. */
  readonly intervalMs?: number;
};

/** Does in this worker what operators said about its queues: as soon as it hears of it, and by looking every few seconds. */
export const createQueueFollower = (deps: Deps): BackgroundLoop => {
  const { pauses, settings, signals, running, workers, onChanged, clock, logger, intervalMs = 5_000 } = deps;
  // Before anybody has set anything.
  const own = new Map(workers.status().map(({ type, concurrency }) => [type, concurrency]));

  const setConcurrency = ({ type, concurrency }: Served, wanted: number): void => {
    if (concurrency === wanted) return;
    workers.setConcurrency(type, wanted);
    logger.info('concurrency changed', { type, from: concurrency, to: wanted });
    onChanged();
  };
  const loop = createBackgroundLoop({
    name: 'queue settings',
    round: async () => {
      const [held, set] = await Promise.all([pauses.list(), settings.list()]);
      running.drain(new Set(held.filter(({ isDraining }) => isDraining).map(({ type }) => type)));
      const wanted = new Map([...own, ...set.map(({ type, concurrency }) => [type, concurrency] as const)]);
      for (const served of workers.status()) setConcurrency(served, wanted.get(served.type) ?? served.concurrency);
      return false;
    },
    intervalMs,
    clock,
    logger,
  });
  signals.onQueueChanged(loop.nudge);
  signals.onHearing(loop.nudge);
  return loop;
};
