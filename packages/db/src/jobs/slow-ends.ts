import type { JobFailure, LeaseRef } from '@otklik/contracts';
import { storableJson } from '../data/storable-json.ts';
import type { Sql, Tx } from '../sql.ts';

/** The row is locked by the end of its attempt: `starts` is still that one. Whoever steps on begins to count anew (`lease-sql.ts`). */
const KEEP = `
WITH slow AS (UPDATE job SET slow_ends = slow_ends + 1 WHERE id = $1 RETURNING id, starts)
UPDATE job_attempt a SET error = $2::jsonb FROM slow WHERE a.job_id = slow.id AND a.number = slow.starts`;

const COUNT = `SELECT slow_ends AS "slowEnds" FROM job WHERE id = $1 AND lease = $2`;

/** Counts an attempt that the database was too slow for, in the transaction that ended it, and keeps what it met. */
export const keepSlowEnd = async (tx: Tx, jobId: string, tooLate: JobFailure): Promise<void> => {
  await tx.query(KEEP, [jobId, storableJson(tooLate)]);
};

/** How many such attempts the job has had since it last came on. */
export const slowEndsOf = async (sql: Sql, { jobId, lease }: LeaseRef): Promise<number> => {
  const [row] = await sql.query<{ slowEnds: number }>(COUNT, [jobId, lease], { isIdempotent: true });
  return row?.slowEnds ?? 0;
};
