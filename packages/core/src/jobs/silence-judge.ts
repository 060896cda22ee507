import type { Clock } from '@otklik/shared';

/**
 * Says whether silence counts. While the database is away no worker can be heard, and when it is back all of them look
 * lost until their next heartbeat: those who judge by heartbeats wait for that.
 */
export type SilenceJudge = {
  /** How long until silence counts, in ms, if the database goes on answering; 0: it does. */
  waitMs(): number;
  /** The database answers, and yet a statement about jobs failed. */
  doubt(): void;
};

type Deps = {
  /** For how long the database has answered without a gap. */
  readonly answersForMs: () => number;
  /** For how long it has to. */
  readonly judgeAfterMs: number;
  readonly clock: Clock;
};

export const createSilenceJudge = ({ answersForMs, judgeAfterMs, clock }: Deps): SilenceJudge => {
  let doubtedAt = Number.NEGATIVE_INFINITY;
  return {
    waitMs: () => Math.max(0, judgeAfterMs - Math.min(answersForMs(), clock.now() - doubtedAt)),
    doubt: () => {
      doubtedAt = clock.now();
    },
  };
};
