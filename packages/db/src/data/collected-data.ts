import type { AnalysisStore, CommentStore, ExportStore, KeywordStore, WallReads } from '@otklik/contracts';
import type { PrismaClient } from '../generated/prisma/client.ts';
import type { LongReads } from '../long-reads.ts';
import type { Sql } from '../sql.ts';
import { createAnalysisStore } from './analysis-store.ts';
import { createCommentReads } from './comment-reads.ts';
import { createExportStore } from './export-store.ts';
import { createKeywordStore } from './keyword-store.ts';
import { createListComments } from './list-comments.ts';
import { createReadComment } from './read-comment.ts';
import { createStorePage } from './store-page.ts';
import { createWallReads } from './wall-reads.ts';

/** What was collected, found in it and exported. Every method throws DatabaseError when PostgreSQL can't answer. */
export type CollectedData = {
  readonly comments: CommentStore;
  readonly walls: WallReads;
  readonly analysis: AnalysisStore;
  readonly keywords: KeywordStore;
  readonly exports: ExportStore;
};

type Deps = { readonly sql: Sql; readonly reads: LongReads; readonly exportReads: LongReads; readonly prisma: PrismaClient };

export const createCollectedData = (deps: Deps): CollectedData => ({
  comments: {
    storePage: createStorePage(deps.sql),
    listComments: createListComments(deps.sql),
    readComment: createReadComment(deps.sql),
    ...createCommentReads(deps),
  },
  walls: createWallReads(deps),
  analysis: createAnalysisStore(deps),
  keywords: createKeywordStore(deps),
  exports: createExportStore(deps),
});
