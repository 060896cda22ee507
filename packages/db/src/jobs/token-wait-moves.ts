import type { TokenWaitMoves } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { eventSql, kindSql } from './job-events.ts';

/** A process keeps what it knows of tokens for 3 s. */
const SLACK = `interval '5 seconds'`;
/**
 * Whether the tokens of its workspace were changed since the attempt of a job began, or so shortly before that it may have seen
 * them as they were: it looks once, and goes on with whatever else there is to do. `j`: a row of jobs.
 */
export const mayHaveMissedTokens = (j: string): string => `EXISTS (
  SELECT 1 FROM workspace w, job_attempt a WHERE w.id = ${j}.workspace_id AND a.job_id = ${j}.id AND a.number = ${j}.starts
    AND a.started_at < w.vk_tokens_changed_at + ${SLACK})`;

/** Longer than the reconciler needs for a million jobs. What is left then comes due by itself. */
const REMEMBERED = `interval '10 minutes'`;

/** The index of these rows has exactly these conditions. */
const WAITS = `job.state = 'queued' AND job.dispatched_at IS NULL AND job.waiting_for->>'kind' = 'token' AND job.run_at > now()`;
const OLDEST = `ORDER BY job.queued_at LIMIT $1 FOR UPDATE OF job SKIP LOCKED`;

/** Move 8b for the rows that `which` names. They leave its index, so that nobody wakes them twice. */
const wake = (which: string): string => `
WITH waiting AS MATERIALIZED (
  ${which}
), moved AS (
  UPDATE job SET run_at = now(),
    waiting_for = jsonb_build_object('kind', 'dispatch', 'until', NULL, 'detail', 'VK tokens of the workspace were changed; it tries again.')
  FROM waiting WHERE job.id = waiting.id RETURNING job.id, job.workspace_id, job.version
), event AS (
  ${eventSql({ from: 'moved', kind: kindSql('woken'), data: 'NULL' })}
)
SELECT id FROM moved`;

const OF_WORKSPACE = wake(`SELECT id FROM job WHERE job.workspace_id = $2 AND ${WAITS} ${OLDEST}`);

/** Those that looked before the change, or so shortly after it that they may have missed it. */
const MISSED = wake(`
  SELECT found.id FROM workspace w, LATERAL (
    SELECT id FROM job WHERE job.workspace_id = w.id AND ${WAITS} AND job.queued_at < w.vk_tokens_changed_at + ${SLACK} ${OLDEST}
  ) AS found
  WHERE w.vk_tokens_changed_at > now() - ${REMEMBERED} LIMIT $1`);

/** Move 8b. */
export const createTokenWaitMoves = (sql: Pick<Sql, 'query'>): TokenWaitMoves => ({
  wakeTokenWaits: async ({ workspaceId, limit }) => (await sql.query(OF_WORKSPACE, [limit, workspaceId])).length,
  wakeMissedTokenWaits: async ({ limit }) => (await sql.query(MISSED, [limit])).length,
});
