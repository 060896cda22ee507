import type { AbandonTiming } from './abandoned-work.ts';

/** Times of an attempt. Tests shorten them; operators have no reason to. */
export type AttemptTiming = AbandonTiming & {
  readonly heartbeatMs: number;
  readonly progressMs: number;
  /** A running row silent for longer may be taken over: the queue's lock duration. */
  readonly staleAfterMs: number;
  /** An attempt gives its slot back at the first safe point after this. */
  readonly sliceMs: number;
  /** The same for a job whose worker vanished before: others like it wait for its place. */
  readonly suspectSliceMs: number;
  /** How long such a job stays away that finds the place taken. */
  readonly standBackMs: number;
  /** While the database is away, it is asked this often whether an attempt may begin, or for its end to be recorded. */
  readonly askAgainMs: number;
};

export const defaultAttemptTiming: AttemptTiming = {
  heartbeatMs: 3_000,
  progressMs: 500,
  staleAfterMs: 10_000,
  sliceMs: 60_000,
  suspectSliceMs: 10_000,
  standBackMs: 1_000,
  askAgainMs: 2_000,
  abandonAfterMs: 10_000,
  comeBackMs: 60_000,
  maxAbandoned: 3,
};
