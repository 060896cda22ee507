import type { JobMoves, JobRecord, NewJob, SubmitInput, SubmitOutcome } from '@otklik/contracts';
import { DatabaseError } from '@otklik/shared';
import { storableJson } from '../data/storable-json.ts';
import type { Sql, Tx } from '../sql.ts';
import { jobColumns, priorityBand, waitingSql } from './job-columns.ts';

/** How long a key keeps naming the job it made. */
const KEPT = `interval '24 hours'`;

const INSERT_JOBS = `
INSERT INTO job (id, workspace_id, type, state, priority, payload, checkpoint, labels, max_attempts, max_starts, timeout_ms,
  run_at, expires_at, deadline_at, pipeline_id, replay_of, request_id, queued_at, waiting_for)
SELECT id, $2::uuid, type, CASE WHEN is_blocked THEN 'blocked' ELSE 'queued' END::job_state, priority, payload,
  nullif(checkpoint, 'null'::jsonb), labels, max_attempts, max_starts, timeout_ms, coalesce(run_at, now()), expires_at,
  deadline_at, pipeline_id, replay_of, request_id, CASE WHEN NOT is_blocked THEN now() END,
  CASE WHEN NOT is_blocked AND run_at > now()
    THEN ${waitingSql({ kind: `'schedule'`, until: 'run_at', detail: `'Starts at the time that was asked for.'` })} END
FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, type text, is_blocked boolean, priority smallint, payload jsonb,
  checkpoint jsonb, labels text[], max_attempts int, max_starts int, timeout_ms int, run_at timestamptz,
  expires_at timestamptz, deadline_at timestamptz, pipeline_id uuid, replay_of uuid, request_id text)`;

const INSERT_PARENTS = `
INSERT INTO job_parent (child_id, parent_id, workspace_id, policy)
SELECT child_id, parent_id, $2::uuid, policy FROM jsonb_to_recordset($1::jsonb)
  AS n (child_id uuid, parent_id uuid, policy child_policy)`;

const INSERT_KEY = `
INSERT INTO idempotency_record AS r (workspace_id, key, fingerprint, job_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, key) DO UPDATE SET fingerprint = $3, job_id = $4, created_at = now()
WHERE r.created_at <= now() - ${KEPT} RETURNING 1`;

const FIND_KEY = `
SELECT r.fingerprint, ${jobColumns('j')} FROM idempotency_record r JOIN job j ON j.id = r.job_id
WHERE r.workspace_id = $1 AND r.key = $2 AND r.created_at > now() - ${KEPT}`;

const LOCK_NOT_AVAILABLE = '55P03';

/** Thrown to roll the insert back when another request with the same key came first. */
class KeyTaken extends Error {}

export const createSubmitMoves = (sql: Sql): Pick<JobMoves, 'submit'> => {
  const findByKey = async ({ workspaceId, idempotency }: SubmitInput): Promise<SubmitOutcome | null> => {
    if (idempotency === null) return null;
    const [found] = await sql.query<JobRecord & { fingerprint: string }>(FIND_KEY, [workspaceId, idempotency.key]);
    if (found === undefined) return null;
    const { fingerprint, ...job } = found;
    return fingerprint === idempotency.fingerprint ? { kind: 'replayed', job } : { kind: 'mismatch' };
  };

  const insert = (input: SubmitInput): Promise<SubmitOutcome> =>
    sql.transaction(async (tx) => {
      const job = await insertJobs(tx, input);
      if (input.idempotency !== null) await takeKey(tx, input);
      return { kind: 'created', job };
    });

  return {
    submit: async (input) => {
      const earlier = await findByKey(input);
      if (earlier !== null) return earlier;
      try {
        return await insert(input);
      } catch (thrown) {
        if (thrown instanceof KeyTaken) return (await findByKey(input)) ?? { kind: 'in-flight' };
        throw thrown;
      }
    },
  };
};

const insertJobs = async (tx: Tx, { workspaceId, jobs }: SubmitInput): Promise<JobRecord> => {
  await tx.query(INSERT_JOBS, [storableJson(jobs.map(toInsert)), workspaceId]);
  const parents = jobs.flatMap(({ id, parents: list }) =>
    list.map((parent) => ({ child_id: id, parent_id: parent.id, policy: parent.ifParentFails })),
  );
  if (parents.length > 0) await tx.query(INSERT_PARENTS, [JSON.stringify(parents), workspaceId]);
  const [first] = await tx.query<JobRecord>(`SELECT ${jobColumns('j')} FROM job j WHERE j.id = $1`, [jobs[0].id]);
  if (first === undefined) throw new DatabaseError('DB_REJECTED', 'The inserted job can not be read.');
  return first;
};

const takeKey = async (tx: Tx, { workspaceId, idempotency, jobs }: SubmitInput): Promise<void> => {
  const values = [workspaceId, idempotency?.key, idempotency?.fingerprint, jobs[0].id];
  const taken = await tx.query(INSERT_KEY, values).catch((thrown: unknown) => {
    // Somebody else's insert of this key has not ended within the lock timeout.
    if (thrown instanceof DatabaseError && thrown.context['sqlState'] === LOCK_NOT_AVAILABLE) throw new KeyTaken();
    throw thrown;
  });
  if (taken.length === 0) throw new KeyTaken();
};

const toInsert = (job: NewJob) => ({
  id: job.id,
  type: job.type,
  is_blocked: job.parents.length > 0,
  priority: priorityBand(job.priority),
  payload: job.payload,
  checkpoint: job.checkpoint,
  labels: job.labels,
  max_attempts: job.maxAttempts,
  max_starts: job.maxStarts,
  timeout_ms: job.timeoutMs,
  run_at: job.runAt,
  expires_at: job.expiresAt,
  deadline_at: job.deadlineAt,
  pipeline_id: job.pipelineId,
  replay_of: job.replayOf,
  request_id: job.requestId,
});
