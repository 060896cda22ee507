import type { KeywordRow, KeywordStore } from '@otklik/contracts';
import type { Sql } from '../sql.ts';

const COLUMNS = `k.id, k.phrase, k.normalized, k.created_at AS "createdAt"`;

/** The update changes nothing: it makes the row that is there come back, even one that another request adds just now. */
const ADD = `
INSERT INTO keyword AS k (id, workspace_id, phrase, normalized) VALUES ($1, $2, $3, $4)
ON CONFLICT (workspace_id, normalized) DO UPDATE SET normalized = k.normalized RETURNING ${COLUMNS}`;

const HITS_AT_ONCE = 20_000;
const REMOVE_HITS = `
DELETE FROM keyword_match WHERE ctid = ANY(ARRAY(
  SELECT m.ctid FROM keyword_match m WHERE m.keyword_id = (SELECT id FROM keyword WHERE id = $2 AND workspace_id = $1) LIMIT ${HITS_AT_ONCE}
)) RETURNING 1`;

export const createKeywordStore = (sql: Pick<Sql, 'query'>): KeywordStore => ({
  add: async ({ workspaceId, id, phrase, normalized }) => {
    const [row] = await sql.query<KeywordRow>(ADD, [id, workspaceId, phrase, normalized]);
    return row ?? { id, phrase, normalized, createdAt: new Date() };
  },
  list: (workspaceId) =>
    sql.query<KeywordRow>(`SELECT ${COLUMNS} FROM keyword k WHERE k.workspace_id = $1 ORDER BY k.normalized`, [workspaceId]),
  remove: async (workspaceId, id) => {
    // Batches first: with millions of hits the cascade alone would not end in time.
    while ((await sql.query(REMOVE_HITS, [workspaceId, id])).length === HITS_AT_ONCE);
    return (await sql.query(`DELETE FROM keyword WHERE id = $2 AND workspace_id = $1 RETURNING 1`, [workspaceId, id])).length > 0;
  },
});
