import type { StartedJob } from '@otklik/contracts';
import type { Tx } from '../sql.ts';
import { startedColumns } from './job-columns.ts';
import { NEXT_LEASE } from './next-lease.ts';

/**
 * An attempt that this worker began and that nobody has been heard of since. The new lease is against another delivery of the
 * same job in the same process, which may have begun it.
 */
const RESUME = `
WITH moved AS (
  UPDATE job SET lease = ${NEXT_LEASE}, heartbeat_at = now() WHERE id = $1 AND state = 'running' AND EXISTS (
    SELECT 1 FROM job_attempt a WHERE a.job_id = job.id AND a.number = job.starts AND a.worker = $2 AND a."end" = 'running'
      AND a.started_at = job.heartbeat_at)
  RETURNING *
)
SELECT ${startedColumns('moved')} FROM moved`;

/** The connection broke after the start was committed: nobody vanished, the attempt only begins late. The row is locked. */
export const resumeUnheard = async (tx: Tx, jobId: string, worker: string): Promise<StartedJob | undefined> => {
  const [job] = await tx.query<StartedJob>(RESUME, [jobId, worker]);
  return job;
};
