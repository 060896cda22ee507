import type { JobMoves } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { waitingSql } from './job-columns.ts';

/** By then a job that takes its worker down has had all its starts, between the turns of those that it had hit. */
const PROBATION = `interval '10 minutes'`;

/** The last attempt that took its worker with it (or is about to be taken over), against what ended in order after it. */
const IS_SUSPECT = `
WITH lost AS (
  SELECT number, greatest(coalesce(finished_at, now()) - started_at, ${PROBATION}) AS lasted FROM job_attempt
  WHERE job_id = $1 AND "end" IN ('lost', 'running') ORDER BY number DESC LIMIT 1
)
SELECT EXISTS (
  SELECT 1 FROM lost WHERE lasted > (
    SELECT coalesce(sum(a.finished_at - a.started_at), interval '0') FROM job_attempt a WHERE a.job_id = $1 AND a.number > lost.number)
) AS "isSuspect"`;

const LATER = `now() + $3 * interval '1 millisecond'`;
const STANDS_BACK = waitingSql({
  kind: `'turn'`,
  until: LATER,
  detail: `'Its worker vanished before; it runs where no other such job does.'`,
});

/** To be dispatched again a moment later. Not told as an event: nothing happened to the job. */
const STAND_BACK = `
UPDATE job SET generation = generation + 1, dispatched_at = NULL, run_at = ${LATER}, waiting_for = ${STANDS_BACK}
WHERE id = $1 AND generation = $2 AND state = 'queued'`;

/** Moves of jobs whose worker vanished under them. */
export const createSuspectMoves = (sql: Sql): Pick<JobMoves, 'isSuspect' | 'standBack'> => ({
  isSuspect: async (jobId) => {
    const [row] = await sql.query<{ isSuspect: boolean }>(IS_SUSPECT, [jobId], { isIdempotent: true });
    return row?.isSuspect ?? false;
  },
  standBack: async ({ jobId, generation, delayMs }) => {
    await sql.query(STAND_BACK, [jobId, generation, delayMs]);
  },
});
