import { toPublicId } from '@otklik/contracts';
import type { Books, Finding } from './ledger.ts';

const ATTEMPTS = `
SELECT number, worker, started_at AS "startedAt", finished_at AS "finishedAt", "end"::text AS "end", error FROM job_attempt
WHERE job_id = $1 ORDER BY number`;

const JOB = `
SELECT type, state::text AS state, waiting_for, starts, attempts_spent, generation, lease::float8 AS lease, dispatched_at, heartbeat_at, run_at,
  error, cancel_requested_at, created_at, finished_at FROM job WHERE id = $1`;

const EVENTS = `SELECT seq, at, kind, data FROM job_event WHERE job_id = $1 ORDER BY seq`;

/** A finding with what PostgreSQL knows about its job, for the one who looks for the cause. */
export const describeFinding = async ({ query }: Pick<Books, 'query'>, { line, what, jobId }: Finding): Promise<string> => {
  if (jobId === undefined) return `${line}: ${what}`;
  const [job] = await query(JOB, [jobId]);
  const attempts = await query(ATTEMPTS, [jobId]);
  const events = await query(EVENTS, [jobId]);
  return [
    `${line}: ${toPublicId('job', jobId)} ${what}`,
    `  ${JSON.stringify(job)}`,
    ...attempts.map((attempt) => `  attempt ${JSON.stringify(attempt)}`),
    ...events.map((event) => `  event ${JSON.stringify(event)}`),
  ].join('\n');
};
