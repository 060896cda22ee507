import type { JobReads, Signals } from '@otklik/contracts';
import { type Logger, toAppError } from '@otklik/shared';
import type { RunningAttempts } from './running-attempts.ts';

type Deps = {
  readonly signals: Pick<Signals, 'onCancel' | 'onHearing'>;
  readonly running: Pick<RunningAttempts, 'ids' | 'cancel'>;
  readonly jobs: Pick<JobReads, 'findCancelling'>;
  readonly logger: Logger;
};

/**
 * Ends attempts of this process as soon as somebody asks to cancel their jobs, wherever that is. What is not heard is
 * seen by the attempt itself, at its next page or heartbeat.
 */
export const followCancels = ({ signals, running, jobs, logger }: Deps): void => {
  signals.onCancel(running.cancel);
  const lookUp = async (): Promise<void> => {
    const ids = running.ids();
    if (ids.length === 0) return;
    for (const id of await jobs.findCancelling(ids)) running.cancel(id);
  };
  signals.onHearing(() => {
    lookUp().catch((thrown: unknown) => {
      logger.debug('missed cancels are seen at the next heartbeat', { error: toAppError(thrown) });
    });
  });
};
