import type { TokenWaitMoves, VkTokenStore } from '@otklik/contracts';
import { DatabaseError, type Logger, toAppError } from '@otklik/shared';

/** The request of an operator does not wait for more of them. */
const AT_ONCE = 500;

type Deps = {
  readonly jobs: Pick<TokenWaitMoves, 'wakeTokenWaits'>;
  readonly dispatcher: { nudge(): void };
  readonly logger: Logger;
};

export type WakeJobs = (workspaceId: string) => Promise<void>;

/**
 * Lets jobs that wait for a token look for it at once, those that wait longest first. Never rejects: whom it does not reach the
 * reconciler wakes within seconds.
 */
export const makeWakeJobs =
  ({ jobs, dispatcher, logger }: Deps): WakeJobs =>
  async (workspaceId) => {
    try {
      const woken = await jobs.wakeTokenWaits({ workspaceId, limit: AT_ONCE });
      if (woken > 0) dispatcher.nudge();
    } catch (thrown) {
      logger.warn('jobs that wait for a token are woken a little later', { workspaceId, error: toAppError(thrown) });
    }
  };

/**
 * A process that may use tokens has started: another keyring or another token of the installation may be what jobs wait for. They look
 * once, within seconds. A database that can't be asked yet is no reason not to start.
 */
export const lookAnew = async ({
  tokens,
  logger,
}: {
  readonly tokens: Pick<VkTokenStore, 'lookAnew'>;
  readonly logger: Logger;
}): Promise<void> => {
  try {
    await tokens.lookAnew();
  } catch (thrown) {
    if (!(thrown instanceof DatabaseError)) throw thrown;
    logger.info('jobs that wait for a token are not woken: the database does not answer yet', { code: thrown.code });
  }
};
