import type { WorkerQueue, WorkerRecord, WorkerRegistry } from '@otklik/contracts';
import type { Sql } from '../sql.ts';

/** Four reports missed. */
const SILENT_AFTER = `interval '20 seconds'`;
/** Long enough for somebody to ask what became of it. */
const FORGET_AFTER = `interval '1 hour'`;
const FORGET_LIMIT = 50;
const LIST_LIMIT = 1_000;

const REPORT = `
WITH gone AS (
  DELETE FROM worker WHERE id IN (
    SELECT id FROM worker WHERE last_seen_at < now() - ${FORGET_AFTER} AND id <> $1 ORDER BY last_seen_at LIMIT ${FORGET_LIMIT} FOR UPDATE SKIP LOCKED)
)
INSERT INTO worker (id, name, host, pid, version, queues, is_draining) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET queues = excluded.queues, is_draining = excluded.is_draining, last_seen_at = now()`;

const LIST = `
SELECT id, name, host, pid, version, queues, started_at AS "startedAt", last_seen_at AS "lastSeenAt",
  CASE WHEN last_seen_at < now() - ${SILENT_AFTER} THEN 'silent' WHEN is_draining THEN 'draining' ELSE 'alive' END AS state
FROM worker ORDER BY name, id LIMIT ${LIST_LIMIT}`;

type Row = Omit<WorkerRecord, 'queues'> & { readonly queues: readonly WorkerQueue[] };

export const createWorkerRegistry = (sql: Pick<Sql, 'query'>): WorkerRegistry => ({
  report: async ({ id, name, host, pid, version, queues, isDraining }) => {
    await sql.query(REPORT, [id, name, host, pid, version, JSON.stringify(queues), isDraining]);
  },
  remove: async (id) => {
    await sql.query('DELETE FROM worker WHERE id = $1', [id]);
  },
  list: async () => (await sql.query<Row>(LIST)).map(toRecord),
});

const toRecord = ({ queues, ...row }: Row): WorkerRecord => ({
  ...row,
  queues: queues.map(({ idleMs, ...queue }) => ({
    ...queue,
    lastConsumedAt: idleMs === null ? null : new Date(row.lastSeenAt.getTime() - idleMs),
  })),
});
