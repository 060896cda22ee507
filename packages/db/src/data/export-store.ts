import type { ExportFileRow, ExportStore } from '@otklik/contracts';
import type { Sql } from '../sql.ts';
import { HELD_AS_IT_IS } from './lease-sql.ts';

const COLUMNS = `e.id, e.job_id AS "jobId", e.format, e.rows, e.bytes::float8 AS bytes, e.sha256, e.file_key AS "fileKey",
  e.file_name AS "fileName", e.created_at AS "createdAt"`;

/** $1 … $3 as in HELD_AS_IT_IS. The row of the job is locked, so nobody else records a file of it in between. */
const INSERT = `
WITH ${HELD_AS_IT_IS}, earlier AS (SELECT file_key FROM export_file WHERE job_id = $1),
stored AS (
  INSERT INTO export_file (job_id, lease, workspace_id, id, format, rows, bytes, sha256, file_key, file_name)
  SELECT $1::uuid, $2::int4, $3::uuid, $4::uuid, $5::text, $6::int4, $7::int8, $8::text, $9::text, $10::text FROM held
  ON CONFLICT (job_id) DO UPDATE SET id = excluded.id, lease = excluded.lease, format = excluded.format, rows = excluded.rows,
    bytes = excluded.bytes, sha256 = excluded.sha256, file_key = excluded.file_key, file_name = excluded.file_name, created_at = now()
)
SELECT state, (SELECT file_key FROM earlier WHERE file_key <> $9) AS "replacedKey" FROM held`;

type InsertedRow = { readonly state: 'running' | 'cancelling'; readonly replacedKey: string | null };

export const createExportStore = (sql: Pick<Sql, 'query'>): ExportStore => ({
  insert: async ({ lease, workspaceId, file }) => {
    const values = [file.id, file.format, file.rows, file.bytes, file.sha256, file.fileKey, file.fileName];
    const [row] = await sql.query<InsertedRow>(INSERT, [lease.jobId, lease.lease, workspaceId, ...values]);
    return row ?? { state: 'fenced', replacedKey: null };
  },
  get: async (workspaceId, id) =>
    (
      await sql.query<ExportFileRow>(`SELECT ${COLUMNS} FROM export_file e WHERE e.id = $2 AND e.workspace_id = $1`, [workspaceId, id])
    )[0] ?? null,
  list: ({ workspaceId, after, limit }) =>
    sql.query<ExportFileRow>(
      `SELECT ${COLUMNS} FROM export_file e WHERE e.workspace_id = $1 AND ($2::uuid IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3`,
      [workspaceId, after, limit],
    ),
});
