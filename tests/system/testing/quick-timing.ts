import type { AttemptTiming, RepairTiming } from '@otklik/core';
import type { LeadershipTiming } from '@otklik/db';
import type { WorkerOptions } from '@otklik/worker';

const queueTiming: NonNullable<WorkerOptions['queueTiming']> = {
  lockDurationMs: 1_000,
  stalledIntervalMs: 500,
  drainDelayMs: 1_000,
  retryDelayMs: 200,
  idleSuspicionMs: 3_000,
};

const attemptTiming: AttemptTiming = {
  heartbeatMs: 300,
  progressMs: 100,
  staleAfterMs: 1_000,
  sliceMs: 60_000,
  suspectSliceMs: 3_000,
  standBackMs: 200,
  askAgainMs: 500,
  abandonAfterMs: 1_000,
  comeBackMs: 3_000,
  maxAbandoned: 3,
};

/** Lock duration + 2 × stalled interval, as in production. */
const repairTiming: RepairTiming = { lostAfterMs: 2_000, cancelGraceMs: 3_000, lookUpAfterMs: 1_000, judgeAfterMs: 1_500 };

/** Longer than half a lock, which a busy machine may take away at any time. */
export const QUICK_BLOCKED_MS = 2_000;

/** A leader that is frozen loses the lead within two seconds. */
const leadTiming: LeadershipTiming = { sessionMs: 2_000, beatMs: 300, answerMs: 1_000 };

/** The worker's times, a tenth of production's: what takes 20 seconds there is over within 3. */
export const quickTiming = {
  queueTiming,
  attemptTiming,
  repairTiming,
  reconcileEveryMs: 500,
  leadTiming,
  retainEveryMs: 500,
} satisfies Partial<WorkerOptions>;
