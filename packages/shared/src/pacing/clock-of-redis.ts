/**
 * Tells times of another clock by our own. No sample says how the time of an exchange was spent on the way there and the way
 * back, so a time is known as a span: taking its middle would move slots against each other whenever a better sample comes, by as
 * much as the worse one was wrong.
 */
export type ClockOfRedis = {
  /** Redis said `theirs` somewhen between our times `asked` and `answered`. */
  saw(theirs: number, asked: number, answered: number): void;
  /** When, by our clock, `theirs` has come for sure, as is known at our time `now`. Before the first sample: `theirs`. */
  toOurs(theirs: number, now: number): number;
  /** By how many milliseconds it may have come before that. Before the first sample: 0. */
  unsureMs(now: number): number;
};

/** Two clocks drift apart by so much per millisecond at worst, so an exact old sample is worth less with time. */
const DRIFT = 0.0005;

/**
 * Keeps the narrowest sample of the difference between two clocks: how long an answer took on its way, or lay unread while
 * this process was busy, must not move the time of a slot. A sample that contradicts it (the other clock was set) replaces it.
 */
export const createClockOfRedis = (): ClockOfRedis => {
  let best: { readonly offset: number; readonly error: number; readonly at: number } | undefined;
  const errorNow = (now: number): number => (best === undefined ? Infinity : best.error + (now - best.at) * DRIFT);
  return {
    saw: (theirs, asked, answered) => {
      const sample = { offset: theirs - (asked + answered) / 2, error: (answered - asked) / 2, at: answered };
      const contradicts = best !== undefined && Math.abs(best.offset - sample.offset) > errorNow(answered) + sample.error;
      if (contradicts || sample.error <= errorNow(answered)) best = sample;
    },
    toOurs: (theirs, now) => (best === undefined ? theirs : theirs - best.offset + errorNow(now)),
    unsureMs: (now) => (best === undefined ? 0 : 2 * errorNow(now)),
  };
};
