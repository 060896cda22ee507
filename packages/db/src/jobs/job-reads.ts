import {
  type FollowUp,
  type JobAttempt,
  type JobEvent,
  type JobFilter,
  type JobReads,
  type JobRecord,
  type JobState,
  type JobVersion,
  jobStates,
} from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { isTypePaused, jobColumns, priorityBand } from './job-columns.ts';

const GET = `SELECT ${jobColumns('j')} FROM job j WHERE j.id = $2 AND j.workspace_id = $1`;

const VERSIONS = `
SELECT id, workspace_id AS "workspaceId", version, state, state = 'queued' AND ${isTypePaused('job')} AS "isPaused"
FROM job WHERE id = ANY($1::uuid[])`;

const FIND_CANCELLING = `SELECT id FROM job WHERE id = ANY($1::uuid[]) AND state = 'cancelling'`;

const newestOf = (state: JobState): string => `
(SELECT id FROM job WHERE workspace_id = $1 AND state = '${state}' AND ($3::job_state[] IS NULL OR '${state}' = ANY($3))
  AND ($2::text[] IS NULL OR type = ANY($2)) AND ($4::smallint[] IS NULL OR priority = ANY($4))
  AND ($5::text IS NULL OR labels <> '{}' AND labels @> ARRAY[$5])
  AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
  AND ($11::uuid IS NULL OR id >= $11) AND ($12::uuid IS NULL OR id < $12)
  AND ($8::uuid IS NULL OR pipeline_id = $8) AND ($9::uuid IS NULL OR id < $9)
ORDER BY id DESC LIMIT $10)`;

/**
 * The jobs of each state lie in the order of their ids, and the states are merged: an index over all of them, whatever
 * their state, would be written with every move. Conditions that are not given are gone before the statement is planned, and
 * with them states that nobody asked for.
 */
const LIST = `
SELECT ${jobColumns('j')} FROM (
  SELECT id FROM (${jobStates.map(newestOf).join(' UNION ALL ')}) AS merged ORDER BY id DESC LIMIT $10
) AS page JOIN job j ON j.id = page.id ORDER BY j.id DESC`;

const ATTEMPTS = `
SELECT a.number, a.worker, a.started_at AS "startedAt", a.finished_at AS "finishedAt", a."end"::text AS "end", a.error
FROM job_attempt a WHERE a.job_id = $1 AND a.number > $2 ORDER BY a.number LIMIT $3`;

const EVENTS = `
SELECT seq, at, kind, data FROM job_event WHERE job_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`;

const FOLLOW_UPS = `
WITH RECURSIVE tree AS (
  SELECT child_id, 1 AS depth FROM job_parent WHERE parent_id = $2
  UNION SELECT p.child_id, tree.depth + 1 FROM tree JOIN job_parent p ON p.parent_id = tree.child_id WHERE tree.depth < 20
), placed AS (SELECT child_id, max(depth) AS depth FROM tree GROUP BY child_id)
SELECT ${jobColumns('j')}, (SELECT jsonb_agg(jsonb_build_object('id', p.parent_id, 'ifParentFails', p.policy) ORDER BY p.parent_id)
  FROM job_parent p WHERE p.child_id = j.id) AS "parentPolicies"
FROM placed JOIN job j ON j.id = placed.child_id AND j.workspace_id = $1 ORDER BY placed.depth, j.id`;

const PIPELINE_RESULTS = `
SELECT result FROM job WHERE pipeline_id = $2 AND workspace_id = $1 AND type = $3 AND state = 'succeeded' ORDER BY id`;

export const createJobReads = ({ query }: Pick<Sql, 'query'>): JobReads => {
  const read: Sql['query'] = (text, values, options) => query(text, values, { ...options, isIdempotent: true });
  const exists = async (workspaceId: string, jobId: string): Promise<boolean> =>
    (await read(`SELECT 1 FROM job WHERE id = $2 AND workspace_id = $1`, [workspaceId, jobId])).length > 0;
  return {
    get: async (workspaceId, jobId) => (await read<JobRecord>(GET, [workspaceId, jobId]))[0] ?? null,
    versions: async (jobIds) => {
      const rows = await read<JobVersion & { id: string }>(VERSIONS, [jobIds]);
      const found = new Map(rows.map((row) => [row.id, row]));
      return jobIds.map((id) => found.get(id) ?? null);
    },
    findCancelling: async (jobIds) => (await read<{ id: string }>(FIND_CANCELLING, [jobIds])).map(({ id }) => id),
    list: (filter) => read<JobRecord>(LIST, filterValues(filter)),
    attempts: async (workspaceId, jobId, { after, limit }) =>
      (await exists(workspaceId, jobId)) ? read<JobAttempt>(ATTEMPTS, [jobId, after ?? 0, limit]) : null,
    events: async (workspaceId, jobId, { after, limit }) =>
      (await exists(workspaceId, jobId)) ? read<JobEvent>(EVENTS, [jobId, after ?? 0, limit]) : null,
    followUps: async (workspaceId, jobId) => {
      const rows = await read<JobRecord & { parentPolicies: FollowUp['parents'] }>(FOLLOW_UPS, [workspaceId, jobId]);
      return rows.map(({ parentPolicies, ...job }) => ({ job, parents: parentPolicies }));
    },
    pipelineResults: async ({ workspaceId, pipelineId, type, signal }) =>
      (await read<{ result: unknown }>(PIPELINE_RESULTS, [workspaceId, pipelineId, type], { signal })).map(({ result }) => result),
  };
};

const filterValues = (filter: JobFilter): readonly unknown[] => [
  filter.workspaceId,
  filter.types ?? null,
  filter.states ?? null,
  filter.priorities?.map(priorityBand) ?? null,
  filter.label ?? null,
  filter.createdSince ?? null,
  filter.createdUntil ?? null,
  filter.pipelineId ?? null,
  filter.after,
  filter.limit,
  filter.createdSince === undefined ? null : firstIdAt(filter.createdSince.getTime() - CLOCKS_APART_MS),
  filter.createdUntil === undefined ? null : firstIdAt(filter.createdUntil.getTime() + CLOCKS_APART_MS),
];

/** Ids are made by the clocks of the API's machines, times of creation by the database's. */
const CLOCKS_APART_MS = 3_600_000;

/** No UUIDv7 made at this moment or later is smaller: lets the list begin where the time does, instead of at its newest row. */
const firstIdAt = (unixMs: number): string => {
  const hex = Math.max(0, unixMs).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`;
};
