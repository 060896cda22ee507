import { type JobLogLine, type JobLogStore, type LogFilter, MAX_JOB_LOG_LINES, type NewLogLine } from '@otklik/contracts';
import { int4Array, textArray, timestamptzArray } from '../data/array-params.ts';
import { storableJsonText } from '../data/storable-json.ts';
import type { Sql } from '../sql.ts';
import { unnestSql } from './unnest-sql.ts';
import { UNSYNCED } from './unsynced.ts';

/** Lines of an attempt that `seq` has room for: more than a job may have. */
const SEQS_PER_ATTEMPT = 10_000;
const MAX_ATTEMPT = Math.floor((2 ** 31 - 1) / SEQS_PER_ATTEMPT) - 1;

const TOO_MANY = `This job has more to say than is kept. The log of the worker has the rest.`;

/**
 * A first attempt has all lines of its job, so the place of a line in the job is known without a look. The line that
 * reaches the limit becomes the one that says so. Where a start was forgotten, two attempts have one number and their lines one
 * key: the later line stays, also within a batch, as a statement may not touch a row twice. A line that comes again is no later.
 */
const APPEND = `
WITH ${UNSYNCED}, placed AS (
  SELECT n.*, n.index + CASE WHEN n.attempt = 1 THEN 0 ELSE (
    SELECT count(*)::int FROM job_log l WHERE l.job_id = n.job_id AND l.seq < n.attempt * ${SEQS_PER_ATTEMPT}) END AS place
  FROM ${unnestSql('uuid[]', 'int[]', 'int[]', 'uuid[]', 'timestamptz[]', 'text[]', 'text[]', 'text[]')}
    AS n (job_id, attempt, index, workspace_id, at, level, message, fields)
), written AS (
  INSERT INTO job_log (job_id, attempt, seq, workspace_id, at, level, message, fields)
  SELECT DISTINCT ON (job_id, attempt, index) job_id, attempt, attempt * ${SEQS_PER_ATTEMPT} + index, workspace_id, at,
    CASE WHEN place = ${MAX_JOB_LOG_LINES} THEN 'warn' ELSE level END,
    CASE WHEN place = ${MAX_JOB_LOG_LINES} THEN '${TOO_MANY}' ELSE message END,
    CASE WHEN place < ${MAX_JOB_LOG_LINES} THEN fields::jsonb END
  FROM placed WHERE place <= ${MAX_JOB_LOG_LINES}
  ORDER BY job_id, attempt, index, at DESC
  ON CONFLICT (job_id, seq) DO UPDATE SET at = excluded.at, level = excluded.level, message = excluded.message, fields = excluded.fields
    WHERE job_log.at < excluded.at
)
SELECT (SELECT count(*)::int FROM placed WHERE place <= ${MAX_JOB_LOG_LINES}) AS kept FROM unsynced`;

const listSql = (order: LogFilter['order']): string => `
SELECT seq, attempt, at, level, message, fields FROM job_log
WHERE job_id = $1 AND ($2::int IS NULL OR seq ${order === 'oldest' ? '>' : '<'} $2)
  AND ($3::int IS NULL OR attempt = $3) AND ($4::text[] IS NULL OR level = ANY($4))
ORDER BY seq ${order === 'oldest' ? 'ASC' : 'DESC'} LIMIT $5`;

const LIST = { oldest: listSql('oldest'), newest: listSql('newest') };

const HAS_JOB = 'SELECT 1 FROM job WHERE id = $2 AND workspace_id = $1';

/** Written by workers, in batches; read by the API. */
export const createJobLogStore = ({ query }: Pick<Sql, 'query'>): JobLogStore => ({
  append: async (lines) => {
    const fitting = lines.filter(({ attempt, index }) => attempt <= MAX_ATTEMPT && index < SEQS_PER_ATTEMPT);
    const [row] = await query<{ kept: number }>(APPEND, columnsOf(fitting), { isIdempotent: true, name: 'append_log' });
    return row?.kept ?? 0;
  },
  list: async ({ workspaceId, jobId, attempt, levels, order, after, limit }) => {
    const again = { isIdempotent: true };
    const [job] = await query(HAS_JOB, [workspaceId, jobId], again);
    if (job === undefined) return null;
    return query<JobLogLine>(LIST[order], [jobId, after, attempt ?? null, levels ?? null, limit], again);
  },
});

const columnsOf = (lines: readonly NewLogLine[]): readonly unknown[] => [
  lines.map(({ jobId }) => jobId),
  int4Array(lines.map(({ attempt }) => attempt)),
  int4Array(lines.map(({ index }) => index)),
  lines.map(({ workspaceId }) => workspaceId),
  timestamptzArray(lines.map(({ at }) => at)),
  textArray(lines.map(({ level }) => level)),
  textArray(lines.map(({ message }) => message)),
  textArray(lines.map(({ fields }) => (fields === null ? null : storableJsonText(fields)))),
];
