import type { AnalysisRow, AnalysisStore, EntityLists } from '@otklik/contracts';
import type { LongReads } from '../long-reads.ts';
import type { Sql } from '../sql.ts';
import { STEM_SEPARATOR, STORE_ANALYSIS } from './analysis-sql.ts';
import { readAnalysisTotals } from './analysis-totals.ts';
import { int8Array, textArray } from './array-params.ts';
import { inKeyOrder } from './key-order.ts';
import { stepParams } from './step-params.ts';
import { storableJson } from './storable-json.ts';

type StoreInput = Parameters<AnalysisStore['storeAnalysis']>[0];

export const createAnalysisStore = ({ sql, reads }: { readonly sql: Pick<Sql, 'query'>; readonly reads: LongReads }): AnalysisStore => ({
  storeAnalysis: async (input) => {
    const [row] = await sql.query<{ state: 'running' | 'cancelling' }>(STORE_ANALYSIS, storeParams(input), {
      isIdempotent: true,
      signal: input.signal,
    });
    return { state: row?.state ?? 'fenced' };
  },
  analysisTotals: ({ signal, ...ref }) => reads.snapshot((tx) => readAnalysisTotals(tx, ref), signal),
});

const storeParams = ({ lease, workspaceId, checkpoint, progress, rows }: StoreInput): readonly unknown[] => {
  const sorted = inKeyOrder(rows, (row) => [row.ownerId, row.postId, row.commentId]);
  const hits = sorted.flatMap((row) => [...new Set(row.keywordIds)].map((keywordId) => ({ ...row, keywordId })));
  return [
    lease.jobId,
    lease.lease,
    workspaceId,
    ...stepParams({ checkpoint, progress }),
    ...keyParams(sorted),
    textArray(sorted.map((row) => row.language)),
    textArray(sorted.map((row) => (isEmpty(row.entities) ? null : storableJson(row.entities)))),
    textArray(sorted.map((row) => [...new Set(row.stems)].join(STEM_SEPARATOR))),
    ...keyParams(hits),
    hits.map((row) => row.keywordId),
  ];
};

const keyParams = (rows: readonly Pick<AnalysisRow, 'ownerId' | 'postId' | 'commentId'>[]): readonly Buffer[] => [
  int8Array(rows.map((row) => row.ownerId)),
  int8Array(rows.map((row) => row.postId)),
  int8Array(rows.map((row) => row.commentId)),
];

const isEmpty = (entities: EntityLists): boolean => Object.values(entities).every((list) => list.length === 0);
