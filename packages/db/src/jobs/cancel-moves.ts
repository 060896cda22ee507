import type { EndedJobs, JobMoves, JobRecord, JobType } from '@otklik/contracts';
import { cancelSignals, tell } from '../signals/signal.ts';
import type { Sql, Tx } from '../sql.ts';
import { jobColumns } from './job-columns.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { settleChildren } from './settle-children.ts';

const ASK = `
WITH moved AS (
  UPDATE job SET
    state = CASE state WHEN 'running' THEN 'cancelling' ELSE 'cancelled' END::job_state,
    finished_at = CASE WHEN state <> 'running' THEN now() END,
    waiting_for = NULL, cancel_requested_at = now()
  WHERE id = ANY($2::uuid[]) AND workspace_id = $1 AND state IN ('blocked', 'queued', 'running') RETURNING *
), event AS (
  ${eventSql({
    from: 'moved',
    kind: `CASE state WHEN 'cancelling' THEN ${kindSql('cancel_asked')} ELSE ${kindSql('cancelled')} END`,
    data: `CASE state WHEN 'cancelling' THEN NULL ELSE ${dataSql({ reason: `'asked'` })} END`,
  })}
)
SELECT id, type, state::text AS state FROM moved ORDER BY id`;

/** Locked in the order of their ids, as others lock several. A job that came alone is no pipeline. */
const LOCK_PIPELINE = `
SELECT id FROM job WHERE pipeline_id = (SELECT pipeline_id FROM job WHERE id = $2 AND workspace_id = $1)
  AND workspace_id = $1 AND state IN ('blocked', 'queued', 'running') ORDER BY id FOR UPDATE`;

const READ = `SELECT ${jobColumns('j')} FROM job j WHERE j.id = $2 AND j.workspace_id = $1`;

/** Asked twice, the job is cancelled once, and both hear the same. */
const again = { isIdempotent: true };

type Moved = { readonly id: string; readonly type: JobType; readonly state: 'cancelled' | 'cancelling' };

/** Move 11. */
export const createCancelMoves = (sql: Sql): Pick<JobMoves, 'requestCancel'> => ({
  requestCancel: (workspaceId, jobId, reach = 'job') =>
    sql.transaction(async (tx) => {
      const members = reach === 'pipeline' ? await tx.query<{ id: string }>(LOCK_PIPELINE, [workspaceId, jobId]) : [];
      const ids = members.length === 0 ? [jobId] : members.map(({ id }) => id);
      const moved = await tx.query<Moved>(ASK, [workspaceId, ids]);
      await tell(tx, ...cancelSignals(idsOf(moved, 'cancelling')));
      const ended = await endedWith(tx, moved);
      const [job] = await tx.query<JobRecord>(READ, [workspaceId, jobId]);
      return job === undefined ? null : { job, ended };
    }, again),
});

const idsOf = (moved: readonly Moved[], wanted: Moved['state']): readonly string[] =>
  moved.filter(({ state }) => state === wanted).map(({ id }) => id);

/** Jobs that waited are over at once, and with them the follow-ups that their end cancels; those that run end later. */
const endedWith = async (tx: Tx, moved: readonly Moved[]): Promise<EndedJobs> => {
  const over = idsOf(moved, 'cancelled');
  if (over.length === 0) return [];
  const { cancelled } = await settleChildren(tx, over);
  return [...moved.filter(({ id }) => over.includes(id)).map(({ type, state }) => ({ type, state })), ...cancelled];
};
