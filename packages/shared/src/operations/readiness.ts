import { withDeadline } from '../lifecycle/with-deadline.ts';

/** What a probe found: `ok`, or a word about what is wrong, per thing that was looked at. */
export type Readiness = { readonly isReady: boolean; readonly checks: Readonly<Record<string, string>> };

const PROBE_DEADLINE_MS = 1_500;

/** What a check says of a thing that is as it should be. */
export const READY = 'ok';

/** A check of the database, by the migrations that it lacks: `ok`, or what is wrong. Never rejects, and takes 1.5 s at most. */
export const checkMigrations = (pendingMigrations: () => Promise<readonly string[]>): Promise<string> =>
  withDeadline(pendingMigrations(), PROBE_DEADLINE_MS).then(
    (pending) => (pending.length === 0 ? READY : 'not migrated: npm run migrate'),
    () => 'unavailable',
  );

/** A check of the process itself. */
export const checkDraining = (isDraining: boolean): string => (isDraining ? 'draining' : READY);

/** Ready when every check says `ok`. */
export const readinessOf = (checks: Readiness['checks']): Readiness => ({
  isReady: Object.values(checks).every((check) => check === READY),
  checks,
});

/** What `/readyz` answers, on whichever port. */
export const answerOfReadiness = ({ isReady, checks }: Readiness) => ({
  status: isReady ? 200 : 503,
  body: { status: isReady ? READY : 'unavailable', checks },
});
