/**
 * How the attempts of a job end that was lost once, then done, in their number. A job that was lost has short turns, which may be
 * over before the work is on a machine that is short of time.
 */
export const lostOnce = (ends: readonly unknown[]): readonly string[] => ['lost', ...ends.slice(1, -1).map(() => 'yielded'), 'succeeded'];
