import { type Clock, type Logger, toAppError } from '@otklik/shared';

const NUDGED = 'nudged';

type Deps = {
  /** Constant name for the log. */
  readonly name: string;
  /** One round. Returns true when there is more to do right away, null when it was not this process's turn: nothing was tried. */
  readonly round: () => Promise<boolean | null>;
  /** Pause between rounds that found nothing more to do, and after a failed one. */
  readonly intervalMs: number;
  /** Asked after each round: the next one begins no sooner unless there is more to do, so that a crowd of nudges is one round. Default 0. */
  readonly gapMs?: () => number;
  readonly clock: Clock;
  readonly logger: Logger;
};

export type BackgroundLoop = {
  /** Asks for a round now. Never throws, never waits. */
  nudge(): void;
  start(): void;
  /** Ends after the round in hand. */
  stop(): Promise<void>;
};

/**
 * Runs a round, then again when nudged, when there is more, or after the interval. A failed round is logged once per
 * outage and tried again: the loop itself never ends by a failure.
 */
export const createBackgroundLoop = ({ name, round, intervalMs, gapMs = () => 0, clock, logger }: Deps): BackgroundLoop => {
  const stopping = new AbortController();
  let wake = new AbortController();
  let running: Promise<void> | undefined;
  let isFailing = false;

  const pause = (): Promise<void> => clock.sleep(intervalMs, wake.signal).catch(() => undefined);

  const runRound = async (): Promise<boolean> => {
    try {
      const hasMore = await round();
      if (hasMore === null) return false;
      if (isFailing) logger.info('background loop recovered', { loop: name });
      isFailing = false;
      return hasMore;
    } catch (thrown) {
      if (!isFailing) logger.warn('background loop failed, trying again', { loop: name, error: toAppError(thrown) });
      isFailing = true;
      return false;
    }
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // A nudge during the round must not be lost: the next pause is skipped then.
      wake = new AbortController();
      const startedAt = clock.now();
      const hasMore = await runRound();
      const shouldRest = isFailing || !hasMore;
      if (isFailing) wake = new AbortController();
      if (shouldRest && !stopping.signal.aborted) await pause();
      const earlyMs = gapMs() - (clock.now() - startedAt);
      if (shouldRest && !stopping.signal.aborted && earlyMs > 0) await clock.sleep(earlyMs, stopping.signal).catch(() => undefined);
    }
  };

  return {
    // With a reason of our own: making the usual one costs more than the rest of a nudge.
    nudge: () => wake.abort(NUDGED),
    start: () => {
      running ??= run();
    },
    stop: async () => {
      stopping.abort();
      wake.abort();
      await running;
    },
  };
};
