import type { EndedJobs, JobType } from '@otklik/contracts';
import type { Tx } from '../sql.ts';
import { waitingSql } from './job-columns.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';

type Judged = { readonly id: string; readonly type: JobType; readonly state: 'queued' | 'cancelled' };

/** What became of follow-ups: how many moved, and those of them that are over. */
export type Settled = { readonly moved: number; readonly cancelled: EndedJobs };

const LOCK = `
SELECT j.id FROM job j
WHERE j.state = 'blocked' AND j.id IN (SELECT child_id FROM job_parent WHERE parent_id = ANY($1::uuid[]))
ORDER BY j.id FOR UPDATE`;

const JUDGE = `
WITH judged AS (
  SELECT p.child_id,
    bool_and(parent.state IN ('succeeded', 'failed', 'timed_out', 'cancelled')) AS settled,
    bool_or(parent.state IN ('failed', 'timed_out', 'cancelled') AND p.policy = 'cancel') AS doomed
  FROM job_parent p JOIN job parent ON parent.id = p.parent_id
  WHERE p.child_id = ANY($1::uuid[]) GROUP BY p.child_id
), moved AS (
UPDATE job SET
  state = CASE WHEN doomed THEN 'cancelled' ELSE 'queued' END::job_state,
  finished_at = CASE WHEN doomed THEN now() END,
  queued_at = CASE WHEN NOT doomed THEN now() END,
  run_at = CASE WHEN doomed THEN run_at ELSE greatest(run_at, now()) END,
  waiting_for = CASE WHEN NOT doomed AND run_at > now()
    THEN ${waitingSql({ kind: `'schedule'`, until: 'run_at', detail: `'Starts at the time that was asked for.'` })} END
FROM judged WHERE job.id = judged.child_id AND job.state = 'blocked' AND judged.settled
RETURNING job.id, job.workspace_id, job.version, job.type, job.state, job.waiting_for
), event AS (
  ${eventSql({
    from: 'moved',
    kind: `CASE state WHEN 'queued' THEN ${kindSql('released')} ELSE ${kindSql('cancelled')} END`,
    data: `CASE state WHEN 'queued' THEN ${dataSql({ until: `waiting_for->>'until'` })} ELSE ${dataSql({ reason: `'parents'` })} END`,
  })}
)
SELECT id, type, state::text AS state FROM moved`;

/**
 * Move 18: follow-ups whose parents have all ended become due, or are cancelled by their policy; those then settle
 * their own follow-ups. Children are locked before their parents are judged: two parents that end at the same time
 * would otherwise each see the other one still alive.
 */
export const settleChildren = async (tx: Tx, parentIds: readonly string[]): Promise<Settled> => {
  const moved: Judged[] = [];
  for (let parents = parentIds; parents.length > 0;) {
    const locked = await tx.query<{ id: string }>(LOCK, [parents]);
    if (locked.length === 0) break;
    const judged = await tx.query<Judged>(JUDGE, [locked.map(({ id }) => id)]);
    moved.push(...judged);
    parents = cancelledOf(judged).map(({ id }) => id);
  }
  return { moved: moved.length, cancelled: cancelledOf(moved).map(({ type, state }) => ({ type, state })) };
};

const cancelledOf = (judged: readonly Judged[]): readonly Judged[] => judged.filter(({ state }) => state === 'cancelled');
