/** Tells times of another clock by our own. */
export type ClockOfRedis = {
  /** Redis said `theirs` somewhen between our times `asked` and `answered`. */
  saw(theirs: number, asked: number, answered: number): void;
  /** By our clock. */
  toOurs(theirs: number): number;
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
    toOurs: (theirs) => theirs - (best?.offset ?? 0),
  };
};
