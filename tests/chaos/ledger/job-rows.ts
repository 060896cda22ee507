import type { JobState, JobType } from '@otklik/contracts';
import type { Books } from './ledger.ts';

/** A row of the table of jobs, as far as the ledger looks at it. */
export type JobRow = {
  readonly id: string;
  readonly type: JobType;
  readonly state: JobState;
  readonly outcome: string | null;
  readonly starts: number;
  readonly spent: number;
  readonly budget: number;
  readonly code: string | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly wasCancelAsked: boolean;
  /** Idempotency-Key that made it or, for a follow-up, its pipeline. */
  readonly key: string | null;
  readonly isFollowUp: boolean;
};

const JOBS = `
SELECT j.id::text AS id, j.type, j.state::text AS state, j.outcome::text AS outcome, j.starts, j.attempts_spent AS spent,
  j.max_attempts AS budget, j.error->>'code' AS code, j.result, j.cancel_requested_at IS NOT NULL AS "wasCancelAsked",
  (SELECT r.key FROM idempotency_record r WHERE r.job_id = coalesce(j.pipeline_id, j.id)) AS key,
  EXISTS (SELECT 1 FROM job_parent p WHERE p.child_id = j.id) AS "isFollowUp"
FROM job j ORDER BY j.id`;

export const readJobs = ({ query }: Pick<Books, 'query'>): Promise<readonly JobRow[]> => query<JobRow>(JOBS);
