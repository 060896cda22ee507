import type { JobMoves, JobRecord, NewJob, SubmitInput, SubmitOutcome } from '@otklik/contracts';
import { DatabaseError, createGather } from '@otklik/shared';
import { storableJson } from '../data/storable-json.ts';
import type { Sql, Tx } from '../sql.ts';
import { dataSql, eventSql, kindSql } from './job-events.ts';
import { hasTime, inRemainingTime, isUrgent, tooLate } from './remaining-time.ts';
import { jobColumns, priorityBand, waitingSql } from './job-columns.ts';

/** How long a key keeps naming the job it made. */
const KEPT = `interval '24 hours'`;

/** Any number of jobs with their follow-ups in one statement, and those of them back that somebody asked for. */
const INSERT_JOBS = `
WITH made AS (
  INSERT INTO job (id, workspace_id, type, state, priority, payload, checkpoint, labels, max_attempts, max_starts, timeout_ms,
    run_at, expires_at, deadline_at, pipeline_id, replay_of, request_id, queued_at, waiting_for)
  SELECT id, workspace_id, type, CASE WHEN is_blocked THEN 'blocked' ELSE 'queued' END::job_state, priority, payload,
    nullif(checkpoint, 'null'::jsonb), labels, max_attempts, max_starts, timeout_ms, coalesce(run_at, now()), expires_at,
    deadline_at, pipeline_id, replay_of, request_id, CASE WHEN NOT is_blocked THEN now() END,
    CASE WHEN NOT is_blocked AND run_at > now()
      THEN ${waitingSql({ kind: `'schedule'`, until: 'run_at', detail: `'Starts at the time that was asked for.'` })} END
  FROM jsonb_to_recordset($1::jsonb) AS n (id uuid, workspace_id uuid, type text, is_blocked boolean, priority smallint,
    payload jsonb, checkpoint jsonb, labels text[], max_attempts int, max_starts int, timeout_ms int, run_at timestamptz,
    expires_at timestamptz, deadline_at timestamptz, pipeline_id uuid, replay_of uuid, request_id text)
  RETURNING *
), event AS (
  ${eventSql({ from: 'made', kind: kindSql('submitted'), data: dataSql({ state: 'state', until: `waiting_for->>'until'` }) })}
), linked AS (
  INSERT INTO job_parent (child_id, parent_id, workspace_id, policy)
  SELECT child_id, parent_id, workspace_id, policy FROM jsonb_to_recordset($2::jsonb)
    AS n (child_id uuid, parent_id uuid, workspace_id uuid, policy child_policy)
)
SELECT ${jobColumns('made')} FROM made WHERE id = ANY((SELECT $3::uuid[])::uuid[])`;

const INSERT_KEY = `
INSERT INTO idempotency_record AS r (workspace_id, key, fingerprint, job_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, key) DO UPDATE SET fingerprint = $3, job_id = $4, created_at = now()
WHERE r.created_at <= now() - ${KEPT} RETURNING 1`;

const FIND_KEY = `
SELECT r.fingerprint, ${jobColumns('j')} FROM idempotency_record r JOIN job j ON j.id = r.job_id
WHERE r.workspace_id = $1 AND r.key = $2 AND r.created_at > now() - ${KEPT}`;

/** Submissions in one statement, and statements at once: the pool has other customers. */
const TOGETHER = { maxTogether: 100, maxUnderWay: 4 };
/** Of those who come with little time left. */
const URGENT_TOGETHER = { maxTogether: 100, maxUnderWay: 2 };

const LOCK_NOT_AVAILABLE = '55P03';

/** Thrown to roll the insert back when another request with the same key came first. */
class KeyTaken extends Error {}

export const createSubmitMoves = (sql: Sql): Pick<JobMoves, 'submit' | 'submittedBefore'> => {
  const findByKey: JobMoves['submittedBefore'] = async ({ workspaceId, idempotency }) => {
    if (idempotency === null) return null;
    const [found] = await sql.query<JobRecord & { fingerprint: string }>(FIND_KEY, [workspaceId, idempotency.key]);
    if (found === undefined) return null;
    const { fingerprint, ...job } = found;
    return fingerprint === idempotency.fingerprint ? { kind: 'replayed', job } : { kind: 'mismatch' };
  };

  const insertWithKey = (input: SubmitInput): Promise<SubmitOutcome> =>
    inRemainingTime([input], (signal) =>
      sql.transaction(
        async (tx) => {
          const [job] = await insertJobs(tx, [input]);
          await takeKey(tx, input);
          return { kind: 'created', job: found(job) };
        },
        { signal },
      ),
    );
  // Most requests bring no key: those that come while others are being written are written together.
  const ask = (inputs: readonly SubmitInput[]): Promise<readonly Inserted[]> => insertInTime(sql, inputs);
  const insertTogether = createGather({ ask, ...TOGETHER });
  const insertUrgent = createGather({ ask, ...URGENT_TOGETHER });
  const insert = async (input: SubmitInput): Promise<SubmitOutcome> => {
    if (!hasTime(input)) throw tooLate();
    if (input.idempotency !== null) return insertWithKey(input);
    const inserted = await (isUrgent(input) ? insertUrgent(input) : insertTogether(input));
    if ('error' in inserted) throw inserted.error;
    return { kind: 'created', job: inserted.job };
  };

  return {
    submittedBefore: findByKey,
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

type Inserted = { readonly job: JobRecord } | { readonly error: unknown };

/** Without those who have waited for so long that they hear, or have heard, that they failed. */
const insertInTime = async (sql: Sql, inputs: readonly SubmitInput[]): Promise<readonly Inserted[]> => {
  const wanted = inputs.filter(hasTime);
  const inserted = wanted.length === 0 ? [] : await insertMany(sql, wanted);
  const outcomes = new Map(wanted.map((input, index) => [input, inserted[index]]));
  return inputs.map((input) => outcomes.get(input) ?? { error: tooLate() });
};

/** One that the database refuses must not cost the others their place: each is tried for itself then. */
const insertMany = async (sql: Sql, inputs: readonly SubmitInput[]): Promise<readonly Inserted[]> => {
  try {
    return await inRemainingTime(inputs, async (signal) => {
      const planned: Tx = { query: (text, values) => sql.query(text, values, { name: 'submit_jobs', signal }) };
      return (await insertJobs(planned, inputs)).map((job) => ({ job: found(job) }));
    });
  } catch (thrown) {
    if (inputs.length === 1 || !(thrown instanceof DatabaseError) || thrown.code !== 'DB_REJECTED') throw thrown;
    return Promise.all(inputs.map((input) => insertOne(sql, input)));
  }
};

const insertOne = async (sql: Sql, input: SubmitInput): Promise<Inserted> => {
  try {
    const alone = (signal: AbortSignal | undefined): Tx => ({ query: (text, values) => sql.query(text, values, { signal }) });
    const [job] = await inRemainingTime([input], (signal) => insertJobs(alone(signal), [input]));
    return { job: found(job) };
  } catch (error) {
    return { error };
  }
};

/** The first job of each input, in their order. */
const insertJobs = async (tx: Tx, inputs: readonly SubmitInput[]): Promise<readonly (JobRecord | undefined)[]> => {
  const rows = inputs.flatMap(({ workspaceId, jobs }) => jobs.map((job) => toInsert(workspaceId, job)));
  const parents = inputs.flatMap(({ workspaceId, jobs }) => jobs.flatMap((job) => toLinks(workspaceId, job)));
  const firsts = inputs.map(({ jobs: [first] }) => first.id);
  const made = await tx.query<JobRecord>(INSERT_JOBS, [storableJson(rows), JSON.stringify(parents), firsts]);
  const byId = new Map(made.map((job) => [job.id, job]));
  return firsts.map((id) => byId.get(id));
};

const found = (job: JobRecord | undefined): JobRecord => {
  if (job === undefined) throw new DatabaseError('DB_REJECTED', 'The inserted job can not be read.');
  return job;
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

const toLinks = (workspaceId: string, { id, parents }: NewJob) =>
  parents.map((parent) => ({ child_id: id, parent_id: parent.id, workspace_id: workspaceId, policy: parent.ifParentFails }));

const toInsert = (workspaceId: string, job: NewJob) => ({
  id: job.id,
  workspace_id: workspaceId,
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
