import { type TargetLine, type TargetLineRow, type TargetListRow, type TargetLists, publicId } from '@otklik/contracts';
import { InternalError, NotFoundError } from '@otklik/shared';
import { int4Array, textArray } from '../data/array-params.ts';
import { unnestSql } from '../jobs/unnest-sql.ts';
import type { Sql } from '../sql.ts';

const COLUMNS = `id, name, format, lines, valid, invalid, duplicates, created_at AS "createdAt", last_used_at AS "lastUsedAt"`;
const LINE_COLUMNS = `index, line, text, outcome, ref, reason, duplicate_of AS "duplicateOf"`;

const BEGIN = `INSERT INTO target_list (workspace_id, id, name, format) VALUES ($1, $2, $3, $4)`;
const FINISH = `
UPDATE target_list SET lines = $3, valid = $4, invalid = $5, duplicates = $6, finished_at = now()
WHERE workspace_id = $1 AND id = $2 RETURNING ${COLUMNS}`;
const APPEND = `
INSERT INTO target_list_line (index, line, text, outcome, ref, reason, duplicate_of, list_id)
SELECT *, $8::uuid FROM ${unnestSql('int4[]', 'int4[]', 'text[]', 'text[]', 'text[]', 'text[]', 'int4[]')}`;

const FOUND = `workspace_id = $1 AND id = $2 AND finished_at IS NOT NULL`;
const GET = `SELECT ${COLUMNS} FROM target_list WHERE ${FOUND}`;
const LIST = `
SELECT ${COLUMNS} FROM target_list WHERE workspace_id = $1 AND finished_at IS NOT NULL AND ($2::uuid IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3`;
const LINES = `
SELECT ${LINE_COLUMNS} FROM target_list_line
WHERE list_id = (SELECT id FROM target_list WHERE ${FOUND}) AND index > $3 AND ($4::text IS NULL OR outcome = $4) ORDER BY index LIMIT $5`;
const READ = `
SELECT index, ref FROM target_list_line
WHERE list_id = (SELECT id FROM target_list WHERE ${FOUND}) AND index >= $3 AND outcome = 'valid' ORDER BY index LIMIT $4`;
const NAMED = `
SELECT ref FROM target_list_line
WHERE list_id = (SELECT id FROM target_list WHERE ${FOUND}) AND outcome = 'valid' AND ref = ANY($3::text[])`;
const REMOVE = `DELETE FROM target_list WHERE workspace_id = $1 AND id = $2 RETURNING 1`;

/** Once a day is enough for ages in days, and leaves the row alone while many jobs name it. */
const USE = `UPDATE target_list SET last_used_at = now() WHERE ${FOUND} AND last_used_at < now() - interval '1 day'`;

export const createTargetLists = (sql: Pick<Sql, 'query'>): TargetLists => {
  const use = async (workspaceId: string, id: string): Promise<void> => {
    await sql.query(USE, [workspaceId, id], { isIdempotent: true });
  };
  return {
    begin: async ({ workspaceId, id, name, format }) => {
      await sql.query(BEGIN, [workspaceId, id, name, format]);
    },
    append: async (id, lines) => {
      await sql.query(APPEND, [...lineParams(lines), id]);
    },
    finish: async ({ workspaceId, id, counts: { lines, valid, invalid, duplicates } }) => {
      const [row] = await sql.query<TargetListRow>(FINISH, [workspaceId, id, lines, valid, invalid, duplicates]);
      if (row === undefined) throw new InternalError('A list that is being stored is gone.');
      return row;
    },
    get: async ({ workspaceId, id }) => (await sql.query<TargetListRow>(GET, [workspaceId, id]))[0] ?? null,
    list: ({ workspaceId, after, limit }) => sql.query<TargetListRow>(LIST, [workspaceId, after, limit]),
    lines: ({ workspaceId, id, outcome, after, limit }) => sql.query<TargetLineRow>(LINES, [workspaceId, id, after ?? -1, outcome, limit]),
    remove: async ({ workspaceId, id }) => (await sql.query(REMOVE, [workspaceId, id])).length > 0,
    read: async ({ workspaceId, listId, from, limit, signal }) => {
      const id = toUuid(listId);
      if (id === null) throw noSuchList();
      if (from === 0) await use(workspaceId, id);
      const lines = await sql.query<TargetLine>(READ, [workspaceId, id, from, limit], { isIdempotent: true, signal });
      // The end of a list, or a list that somebody removed: the second must not pass for the first.
      if (lines.length < limit && (await sql.query(GET, [workspaceId, id])).length === 0) throw noSuchList();
      return lines;
    },
    named: async ({ workspaceId, listId, refs, signal }) => {
      const id = toUuid(listId);
      if (id === null) throw noSuchList();
      const lines = await sql.query<Pick<TargetLine, 'ref'>>(NAMED, [workspaceId, id, textArray(refs)], { isIdempotent: true, signal });
      return lines.map(({ ref }) => ref);
    },
    count: async ({ workspaceId, listId }) => {
      const id = toUuid(listId);
      if (id === null) return null;
      await use(workspaceId, id);
      return (await sql.query<TargetListRow>(GET, [workspaceId, id]))[0]?.valid ?? null;
    },
  };
};

const ListId = publicId('targetList');

const noSuchList = (): NotFoundError => new NotFoundError('The list of targets is not there any more.');

const toUuid = (listId: string): string | null => ListId.safeParse(listId).data ?? null;

const lineParams = (lines: readonly TargetLineRow[]): readonly Buffer[] => [
  int4Array(lines.map(({ index }) => index)),
  int4Array(lines.map(({ line }) => line)),
  textArray(lines.map(({ text }) => text)),
  textArray(lines.map(({ outcome }) => outcome)),
  textArray(lines.map(({ ref }) => ref)),
  textArray(lines.map(({ reason }) => reason)),
  int4Array(lines.map(({ duplicateOf }) => duplicateOf)),
];
