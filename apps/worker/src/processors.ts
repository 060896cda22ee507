import { type Processors, createCollectMetrics } from '@otklik/core';
import type { Database } from '@otklik/db';
import { type Cache, type FileStore, type Logger, type Metrics, type Pacing, type Scope, newId } from '@otklik/shared';
import type { WorkerConfig } from './config.ts';
import { openVk } from './open-vk.ts';
import { analyzeProcessor } from './processors/analyze.processor.ts';
import { exportProcessor } from './processors/export.processor.ts';
import { parseProcessor } from './processors/parse.processor.ts';
import { openAnalysis } from './threads/open-analysis.ts';

type Deps = {
  readonly config: Pick<WorkerConfig, 'vk' | 'keyring' | 'cache' | 'queue' | 'threads'>;
  readonly db: Database;
  readonly files: FileStore;
  readonly cache: Cache;
  /** Default: one of its own. */
  readonly pacing?: Pacing | undefined;
  /** Closes what the processors opened. */
  readonly scope: Scope;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** One processor for each type of the registry: a missing one does not compile. */
export const makeProcessors = ({ config, db, files, cache, pacing, scope, logger, metrics }: Deps): Processors => {
  const vk = openVk({ config, db, cache, pacing, scope, logger, metrics });
  const makeAnalyzeBatch = openAnalysis({ config: config.threads, scope, logger, metrics });
  return {
    parse: parseProcessor({
      vk,
      comments: db.comments,
      walls: db.walls,
      lists: db.targetLists,
      logger,
      metrics: createCollectMetrics(metrics),
    }),
    analyze: analyzeProcessor({
      comments: db.comments,
      analysis: db.analysis,
      keywords: db.keywords,
      jobs: db.jobs,
      makeAnalyzeBatch,
      logger,
    }),
    export: exportProcessor({ comments: db.comments, exports: db.exports, files, jobs: db.jobs, newId, logger }),
  };
};
