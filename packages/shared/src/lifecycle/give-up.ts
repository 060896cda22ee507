import type { Logger } from '../logging/logger.ts';

/** Asks the process to end itself. Only the first call counts; returns at once. */
export type GiveUp = (reason: string) => void;

export type GiveUpOptions = {
  /** Gets one line at level error. */
  readonly logger: Logger;
  /** What an orderly end gets before it is forced. Longer than anything that closes may take. */
  readonly withinMs: number;
};

type Deps = {
  /** Begins the orderly end, as a signal would. */
  readonly stop: () => void;
  readonly exit: (code: number) => void;
};

/** For a process that can't mend itself: it ends with 1, in order when it can, so that whoever started it starts another one. */
export const makeGiveUp =
  ({ stop, exit }: Deps) =>
  ({ logger, withinMs }: GiveUpOptions): GiveUp => {
    let hasGivenUp = false;
    return (reason) => {
      if (hasGivenUp) return;
      hasGivenUp = true;
      logger.error('the process gives up and ends', { reason });
      setTimeout(() => exit(1), withinMs);
      stop();
    };
  };
