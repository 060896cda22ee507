import type { EndedJobs, JobMoves, JobRecord } from '@otklik/contracts';
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
  WHERE id = $2 AND workspace_id = $1 AND state IN ('blocked', 'queued', 'running') RETURNING *
), event AS (
  ${eventSql({
    from: 'moved',
    kind: `CASE state WHEN 'cancelling' THEN ${kindSql('cancel_asked')} ELSE ${kindSql('cancelled')} END`,
    data: `CASE state WHEN 'cancelling' THEN NULL ELSE ${dataSql({ reason: `'asked'` })} END`,
  })}
)
SELECT ${jobColumns('moved')} FROM moved`;

const READ = `SELECT ${jobColumns('j')} FROM job j WHERE j.id = $2 AND j.workspace_id = $1`;

/** Asked twice, the job is cancelled once, and both hear the same. */
const again = { isIdempotent: true };

/** Move 11. */
export const createCancelMoves = (sql: Sql): Pick<JobMoves, 'requestCancel'> => ({
  requestCancel: (workspaceId, jobId) =>
    sql.transaction(async (tx) => {
      const [moved] = await tx.query<JobRecord>(ASK, [workspaceId, jobId]);
      if (moved?.state === 'cancelling') await tell(tx, ...cancelSignals([moved.id]));
      if (moved !== undefined) return { job: moved, ended: await endedWith(tx, moved) };
      const [job] = await tx.query<JobRecord>(READ, [workspaceId, jobId]);
      return job === undefined ? null : { job, ended: [] };
    }, again),
});

/** A job that waited is over at once, and with it the follow-ups that its end cancels; one that runs ends later. */
const endedWith = async (tx: Tx, { id, type, state }: JobRecord): Promise<EndedJobs> =>
  state === 'cancelled' ? [{ type, state }, ...(await settleChildren(tx, [id])).cancelled] : [];
