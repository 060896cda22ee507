import type { Logger } from '@otklik/shared';
import { isBookkeepingError } from './queue-errors.ts';

type Deps = {
  readonly logger: Logger;
  /** Rejects while the store can't be used. */
  readonly probe: () => Promise<unknown>;
  /** Between probes while the store is away. Default 1 s. */
  readonly intervalMs?: number;
};

export type ConnectionWatch = {
  note(error: Error): void;
  stop(): void;
};

/**
 * Clients report an outage many times a second; operators want to read of it twice: one line when it began, one when
 * it is over.
 */
export const createConnectionWatch = ({ logger, probe, intervalMs = 1_000 }: Deps): ConnectionWatch => {
  let lostAt: number | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const look = async (): Promise<void> => {
    try {
      await probe();
    } catch {
      return lookLater();
    }
    if (lostAt !== null && !isStopped) logger.info('queue reachable again', { afterMs: Date.now() - lostAt });
    lostAt = null;
  };
  const lookLater = (): void => {
    if (!isStopped) timer = setTimeout(() => void look(), intervalMs).unref();
  };

  return {
    note: (error) => {
      if (isStopped || lostAt !== null) return;
      if (isBookkeepingError(error)) {
        logger.warn('the queue could not record the end of a delivery', { reason: error.message });
        return;
      }
      lostAt = Date.now();
      logger.warn('queue trouble', { error });
      lookLater();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
};
