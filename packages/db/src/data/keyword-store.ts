import type { KeywordRow, KeywordStore } from '@otklik/contracts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import { viaPrisma } from '../prisma-calls.ts';
import type { Sql } from '../sql.ts';

const select = { id: true, phrase: true, normalized: true, createdAt: true } as const;

/** Past Prisma, whose calls no signal ends. */
const LIST = `
SELECT id, phrase, normalized, created_at AS "createdAt" FROM keyword WHERE workspace_id = $1 ORDER BY normalized`;

const HITS_AT_ONCE = 20_000;
const REMOVE_HITS = `
DELETE FROM keyword_match WHERE ctid = ANY(ARRAY(
  SELECT m.ctid FROM keyword_match m WHERE m.keyword_id = (SELECT id FROM keyword WHERE id = $2 AND workspace_id = $1) LIMIT ${HITS_AT_ONCE}
)) RETURNING 1`;

type Deps = { readonly prisma: Pick<PrismaClient, 'keyword'>; readonly sql: Pick<Sql, 'query'> };

export const createKeywordStore = ({ prisma, sql }: Deps): KeywordStore => ({
  add: ({ workspaceId, id, phrase, normalized }) => {
    const where = { workspaceId_normalized: { workspaceId, normalized } };
    // The update changes nothing: it makes one INSERT … ON CONFLICT of this, and the row that is there come back, even one
    // that another request adds just now.
    return viaPrisma(() =>
      prisma.keyword.upsert({ where, create: { id, workspaceId, phrase, normalized }, update: { normalized }, select }),
    );
  },
  list: (workspaceId, signal) => sql.query<KeywordRow>(LIST, [workspaceId], { isIdempotent: true, signal }),
  remove: async (workspaceId, id) => {
    // Batches first: with millions of hits the cascade alone would not end in time.
    while ((await sql.query(REMOVE_HITS, [workspaceId, id])).length === HITS_AT_ONCE);
    return (await viaPrisma(() => prisma.keyword.deleteMany({ where: { id, workspaceId } }))).count > 0;
  },
});
