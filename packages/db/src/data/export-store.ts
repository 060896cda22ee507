import type { ExportFileRow, ExportStore } from '@otklik/contracts';
import { InternalError } from '@otklik/shared';
import type { ExportFile, PrismaClient } from '../generated/prisma/client.ts';
import { viaPrisma } from '../prisma-calls.ts';
import type { Sql } from '../sql.ts';
import { HELD_AS_IT_IS } from './lease-sql.ts';

/**
 * $1 … $3 as in HELD_AS_IT_IS. The row of the job is locked, so nobody else records a file of it in between. Of a job that is
 * being cancelled nobody wants one.
 */
const INSERT = `
WITH ${HELD_AS_IT_IS}, earlier AS (SELECT file_key FROM export_file WHERE job_id = $1),
stored AS (
  INSERT INTO export_file (job_id, lease, workspace_id, id, format, rows, bytes, sha256, file_key, file_name)
  SELECT $1::uuid, $2::int8, $3::uuid, $4::uuid, $5::text, $6::int4, $7::int8, $8::text, $9::text, $10::text FROM held WHERE state = 'running'
  ON CONFLICT (job_id) DO UPDATE SET id = excluded.id, lease = excluded.lease, format = excluded.format, rows = excluded.rows,
    bytes = excluded.bytes, sha256 = excluded.sha256, file_key = excluded.file_key, file_name = excluded.file_name, created_at = now()
)
SELECT state, (SELECT file_key FROM earlier WHERE file_key <> $9 AND state = 'running') AS "replacedKey" FROM held`;

type InsertedRow = { readonly state: 'running' | 'cancelling'; readonly replacedKey: string | null };

type Deps = { readonly prisma: Pick<PrismaClient, 'exportFile'>; readonly sql: Pick<Sql, 'query'> };

export const createExportStore = ({ prisma, sql }: Deps): ExportStore => ({
  insert: async ({ lease, workspaceId, file }) => {
    const values = [file.id, file.format, file.rows, file.bytes, file.sha256, file.fileKey, file.fileName];
    const [row] = await sql.query<InsertedRow>(INSERT, [lease.jobId, lease.lease, workspaceId, ...values]);
    return row ?? { state: 'fenced', replacedKey: null };
  },
  get: async (workspaceId, id) => {
    const found = await viaPrisma(() => prisma.exportFile.findFirst({ where: { id, workspaceId } }));
    return found === null ? null : toRow(found);
  },
  list: async ({ workspaceId, after, limit }) => {
    const where = { workspaceId, ...(after !== null && { id: { lt: after } }) };
    return (await viaPrisma(() => prisma.exportFile.findMany({ where, orderBy: { id: 'desc' }, take: limit }))).map(toRow);
  },
});

const FORMATS = ['csv', 'jsonl'] as const satisfies readonly ExportFileRow['format'][];

const toRow = ({ id, jobId, format, rows, bytes, sha256, fileKey, fileName, createdAt }: ExportFile): ExportFileRow => {
  const known = FORMATS.find((one) => one === format);
  if (known === undefined) throw new InternalError(`A file has the format ${format}, which nothing here writes.`);
  return { id, jobId, format: known, rows, bytes: Number(bytes), sha256, fileKey, fileName, createdAt };
};
