import type { PaceLimit } from './pacing.ts';

/** The times of a limit, in milliseconds. */
export type Rhythm = {
  /** From one slot to the next. */
  readonly intervalMs: number;
  /** This many starts… */
  readonly count: number;
  /** …have at least this long between the first of them and the one after the last. */
  readonly windowMs: number;
  /** A slot that was missed by less than this is made up for. */
  readonly creditMs: number;
};

/**
 * How far slots lie apart beyond what the limit demands: requests travel for different times, and two that started a second
 * apart must not arrive closer than that.
 */
const SPACING = 1.02;
/** The same for starts whose times are known: what is between the two lets a late start be made up for. */
const SPACING_OF_STARTS = 1.016;
/** VK's largest limit for one token is 60 a second. Above, shorter windows say the same. */
const MAX_COUNT = 60;
const MAX_CREDIT_MS = 100;

/** Slots are reserved this long before their time at most, so that who dies or gives up with one costs others little. */
export const HORIZON_MS = 75;
/** A start is late from here on, and moves those that follow. */
export const TOLERATED_LATE_MS = 2;

const BUSY_LATE_MS = 20;
const MAX_EXTRA_MS = 50;

/**
 * How late a request is taken to be: a machine so busy that it started this one long after its slot may keep it on its way
 * for longer than the next ones, too.
 */
export const presumedLateMs = (lateMs: number): number => lateMs + Math.min(MAX_EXTRA_MS, Math.max(0, lateMs - BUSY_LATE_MS) / 2);

export const rhythmOf = ({ perSecond }: PaceLimit): Rhythm => {
  const intervalMs = (1_000 / perSecond) * SPACING;
  const count = Math.max(1, Math.min(MAX_COUNT, Math.floor(perSecond)));
  return {
    intervalMs,
    count,
    windowMs: (count / perSecond) * 1_000 * SPACING_OF_STARTS,
    creditMs: Math.min(intervalMs, MAX_CREDIT_MS),
  };
};

/** After "too many" everything takes this much longer… */
export const STRETCH_STEP = 1.05;
export const MAX_STRETCH = 2;
/** …unless that was said a moment ago already, which several requests in flight hear together… */
export const STRETCH_REST_MS = 1_000;
/** …and comes back to what it was, evenly, within so long. */
export const STRETCH_RECOVERY_MS = 300_000;
