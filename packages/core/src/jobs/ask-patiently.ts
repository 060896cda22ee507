import { type Clock, DatabaseError, retryDelayMs, toAppError } from '@otklik/shared';
import type { DatabaseOutage } from './database-outage.ts';

/** Pauses begin here and grow to `askAgainMs`. */
const FIRST_PAUSE_MS = 250;

/** Tries of a question that fails although the database is there: then the question is what is wrong. */
const MAX_IN_VAIN = 12;

type Deps = {
  readonly outage: DatabaseOutage;
  /** The database has answered for long: what fails now does not fail for an outage. */
  readonly isSteady: () => boolean;
  /** The longest pause between two tries. */
  readonly askAgainMs: number;
  readonly clock: Clock;
};

/** How long somebody waits for the answer. */
export type Until = {
  readonly isOver: () => boolean;
  /** Cuts the pause short in which it aborts. */
  readonly wake: () => AbortSignal;
};

/**
 * Asks the database until it answers; undefined when it was over before. `ask` hears whether it was asked before: what was
 * not heard may have been done all the same. Throws what no patience helps against: a refusal, and what fails again and
 * again although the database is there.
 */
export type AskPatiently = <T>(ask: (isRepeat: boolean) => Promise<T>, until: Until) => Promise<T | undefined>;

export const makeAskPatiently = ({ outage, isSteady, askAgainMs, clock }: Deps): AskPatiently => {
  const wait: AskPatiently = async (ask, { isOver, wake }) => {
    let inVain = 0;
    for (let tries = 1; !isOver(); tries += 1) {
      await clock.sleep(retryDelayMs(tries, { baseMs: FIRST_PAUSE_MS, maxMs: askAgainMs }), wake()).catch(() => undefined);
      if (isOver()) return undefined;
      try {
        return await ask(true);
      } catch (thrown) {
        note(thrown);
        inVain = isSteady() ? inVain + 1 : 0;
        if (inVain >= MAX_IN_VAIN) throw thrown;
      }
    }
    return undefined;
  };
  const note = (thrown: unknown): void => {
    const error = toAppError(thrown);
    if (!(error instanceof DatabaseError) || !error.retryable) throw thrown;
    outage.failed(error);
  };

  return async (ask, until) => {
    try {
      const answer = await ask(false);
      outage.answered();
      return answer;
    } catch (thrown) {
      note(thrown);
    }
    const release = outage.hold();
    try {
      const answer = await wait(ask, until);
      if (answer !== undefined) outage.answered();
      return answer;
    } finally {
      release();
    }
  };
};
