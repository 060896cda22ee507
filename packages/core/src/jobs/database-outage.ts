import { type AppError, type Clock, type Logger, asideFrom } from '@otklik/shared';
import type { JobMetrics } from './job-metrics.ts';

/** A database that comes and goes is told of at most once in this time. */
const QUIET_MS = 60_000;

/** What the attempts of a process find out about the database, told once and not once by each of them. */
export type DatabaseOutage = {
  failed(error: AppError): void;
  answered(): void;
  /** An attempt waits for the database from now on, until the function that is returned is called. */
  hold(): () => void;
};

type Deps = { readonly clock: Clock; readonly logger: Logger; readonly metrics?: Pick<JobMetrics, 'held'> };

export const createDatabaseOutage = ({ clock, logger, metrics }: Deps): DatabaseOutage => {
  const aside = asideFrom(logger);
  let since: number | undefined;
  let toldAt = Number.NEGATIVE_INFINITY;
  let held = 0;
  const count = (change: number): void => {
    held += change;
    metrics?.held(held);
  };

  return {
    failed: (error) => {
      if (since !== undefined) return;
      since = clock.now();
      if (since - toldAt < QUIET_MS) return;
      toldAt = since;
      aside.warn('attempts wait for the database', { error });
    },
    answered: () => {
      if (since === undefined) return;
      if (since === toldAt) aside.info('the database answers attempts again', { awayMs: Math.round(clock.now() - since) });
      since = undefined;
    },
    hold: () => {
      count(1);
      return () => count(-1);
    },
  };
};
