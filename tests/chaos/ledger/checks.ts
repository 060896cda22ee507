import { checkAccepted } from './check-accepted.ts';
import { checkAnalyses } from './check-analyses.ts';
import { checkAttempts } from './check-attempts.ts';
import { checkComments } from './check-comments.ts';
import { checkEnds } from './check-ends.ts';
import { checkEvents } from './check-events.ts';
import { checkExports } from './check-exports.ts';
import { checkLives } from './check-lives.ts';
import type { Check } from './ledger.ts';

/** All that a run has to answer for. */
export const checks: readonly Check[] = [
  checkAccepted,
  checkEnds,
  checkAttempts,
  checkEvents,
  checkComments,
  checkAnalyses,
  checkExports,
  checkLives,
];
