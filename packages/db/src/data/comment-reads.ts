import type { CommentStore, CommentText, CommentView, ScopeRef } from '@otklik/contracts';
import type { LongReads } from '../long-reads.ts';
import type { Tx } from '../sql.ts';
import { keyColumns, viewColumns } from './comment-columns.ts';
import { orderedScopeSql, scopeConditions } from './scope-sql.ts';
import { createSqlParams } from './sql-params.ts';

const ROWS_AT_ONCE = 1_000;
const ANALYZED_AT_ONCE = 500;

type CommentReads = Pick<CommentStore, 'streamComments' | 'streamForAnalysis' | 'countComments'>;

type Deps = {
  readonly reads: LongReads;
  /** Exports are read as fast as a disk takes them, for minutes: connections of their own keep them out of everybody's way. */
  readonly exportReads: LongReads;
};

/** Reads of whole scopes. */
export const createCommentReads = ({ reads, exportReads }: Deps): CommentReads => ({
  streamComments: async function* ({ signal, ...ref }) {
    const statement = orderedScopeSql(ref, { columns: viewColumns('c') });
    for await (const rows of exportReads.stream<CommentView>(statement, { batch: ROWS_AT_ONCE, signal })) yield* rows;
  },
  streamForAnalysis: ({ signal, after, ...ref }) => {
    const statement = orderedScopeSql(ref, { columns: `${keyColumns('c')}, c.text`, after });
    return reads.stream<CommentText>(statement, { batch: ANALYZED_AT_ONCE, signal });
  },
  countComments: ({ signal, ...ref }) => reads.snapshot((tx) => countScope(tx, ref), signal),
});

const countScope = async (tx: Tx, ref: ScopeRef): Promise<number> => {
  const params = createSqlParams();
  const text = `SELECT count(*)::float8 AS count FROM comment c WHERE ${scopeConditions(params, ref)}`;
  const [row] = await tx.query<{ count: number }>(text, params.values);
  return row?.count ?? 0;
};
