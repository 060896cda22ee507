import { type Priority, priorities } from '@otklik/contracts';
import { leaseOfRow } from './next-lease.ts';

export const priorityBand = (priority: Priority): number => priorities.indexOf(priority) + 1;

const names = priorities.map((name) => `'${name}'`).join(', ');

/** `1` → `critical`. */
export const priorityOf = (column: string): string => `(ARRAY[${names}])[${column}]`;

/** RFC 3339 with milliseconds, for moments inside JSON. */
export const rfc3339 = (moment: string): string => `to_char((${moment}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** `waiting_for` of a row that is due later. */
export const waitingSql = ({ kind, until, detail }: { kind: string; until: string; detail: string }): string =>
  `jsonb_build_object('kind', ${kind}, 'until', ${rfc3339(until)}, 'detail', ${detail})`;

/** Whether nothing of the job's type may begin. */
export const isTypePaused = (j: string): string => `(${j}.type IN (SELECT p.type FROM queue_pause p))`;

/** Select list of a `StartedJob`; `j` as in `jobColumns`. */
export const startedColumns = (j: string): string => `
  ${j}.id, ${j}.workspace_id AS "workspaceId", ${j}.type, ${j}.payload, ${j}.checkpoint, ${j}.labels, ${j}.attempts_spent AS "attemptsSpent",
  ${j}.starts, ${j}.max_starts AS "maxStarts", ${j}.timeout_ms AS "timeoutMs", ${j}.generation, ${leaseOfRow(j)}, ${j}.pipeline_id AS "pipelineId",
  ${j}.request_id AS "requestId", ${j}.created_at AS "createdAt", ${j}.queued_at AS "queuedAt", ${j}.started_at AS "startedAt",
  ${j}.run_at AS "runAt", ${j}.heartbeat_at AS "heartbeatAt"`;

/** Select list of a job; `j` is the name of the row in the statement. */
export const jobColumns = (j: string): string => `
  ${j}.id, ${j}.workspace_id AS "workspaceId", ${j}.type, ${j}.state::text AS state, ${j}.waiting_for AS "waitingFor",
  ${j}.outcome::text AS outcome, ${priorityOf(`${j}.priority`)} AS priority, ${j}.payload, ${j}.progress, ${j}.result,
  ${j}.error, ${j}.checkpoint, ${j}.labels, ${j}.attempts_spent AS "attemptsSpent", ${j}.max_attempts AS "maxAttempts",
  ${j}.starts, ${j}.max_starts AS "maxStarts", ${j}.timeout_ms AS "timeoutMs", ${j}.generation, ${leaseOfRow(j)}, ${j}.version,
  ARRAY(SELECT parent_id::text FROM job_parent WHERE child_id = ${j}.id ORDER BY 1) AS parents,
  ${j}.pipeline_id AS "pipelineId", ${j}.replay_of AS "replayOf", ${j}.request_id AS "requestId",
  ${j}.created_at AS "createdAt", ${j}.queued_at AS "queuedAt", ${j}.started_at AS "startedAt",
  ${j}.finished_at AS "finishedAt", ${j}.run_at AS "runAt", ${j}.expires_at AS "expiresAt",
  ${j}.deadline_at AS "deadlineAt", ${j}.heartbeat_at AS "heartbeatAt", ${j}.cancel_requested_at AS "cancelRequestedAt",
  ${j}.state = 'queued' AND ${isTypePaused(j)} AS "isPaused"`;
