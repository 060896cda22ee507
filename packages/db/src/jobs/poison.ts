import { type EndedJobs, ruleFailures } from '@otklik/contracts';
import type { Tx } from '../sql.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { settleChildren } from './settle-children.ts';

/** Starts of the job in the row at hand whose worker vanished; the present one is not among them yet. */
export const LOST_STARTS = `(SELECT count(*)::int FROM job_attempt a WHERE a.job_id = job.id AND a."end" = 'lost')`;

const FAIL = `
WITH moved AS (
  UPDATE job SET state = 'failed', lease = lease + 1, error = $2::jsonb, finished_at = now(), heartbeat_at = NULL
  WHERE id = ANY($1::uuid[]) AND state = 'running' RETURNING id, workspace_id, version, starts
), attempt AS (
  UPDATE job_attempt a SET finished_at = now(), "end" = 'lost', error = $2::jsonb FROM moved
  WHERE a.job_id = moved.id AND a.number = moved.starts AND a."end" = 'running'
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('poisoned'), data: dataSql({ attempt: 'starts', code: `$2::jsonb->>'code'`, message: `$2::jsonb->>'message'` }) })}
)
SELECT id FROM moved`;

/**
 * Ends jobs that were started too often without an end. They must be locked by this transaction. Returns the follow-ups
 * that are cancelled with them.
 */
export const poisonJobs = async (tx: Tx, ids: readonly string[]): Promise<EndedJobs> => {
  if (ids.length === 0) return [];
  await tx.query(FAIL, [ids, JSON.stringify(ruleFailures.POISON)]);
  return (await settleChildren(tx, ids)).cancelled;
};
