import { type AppError, type Logger, MustWait, TurnOver } from '@otklik/shared';
import type { Disposition } from './disposition.ts';

type Ended = { readonly disposition: Disposition; readonly error: AppError };

/** Tells how an attempt ended that did not succeed; its owner reads it too. */
export const logEnd = (logger: Logger, { disposition, error }: Ended): void => {
  const { kind } = disposition;
  if (disposition.kind === 'failed') return logger.warn('attempt failed', { kind, fingerprint: disposition.error.fingerprint, error });
  if (error instanceof MustWait)
    return logger.info('attempt ended early', {
      kind,
      reason: error.code,
      waitsFor: error.kind,
      waitMs: error.waitMs,
      detail: error.message,
    });
  // A long collection does it every minute: no news for whoever follows it.
  if (error instanceof TurnOver) return logger.debug('attempt ended early', { kind, reason: error.code });
  return logger.info('attempt ended early', { kind, reason: error.code });
};
