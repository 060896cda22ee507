import { availableParallelism } from 'node:os';
import type { AnalysisRow } from '@otklik/contracts';
import { type AnalysisInput, type MakeAnalyzeBatch, analysisProgram, makeAnalyzeInThread, makeAnalyzeInTurns } from '@otklik/core';
import { type Logger, type Metrics, type Scope, systemClock } from '@otklik/shared';
import { openThreadPool } from './thread-pool.ts';

/** Threads of a worker process. */
export type ThreadsConfig = {
  /** 0: none, long work takes turns with everything else. Default: one less than there are processors, at least one. */
  readonly count?: number;
  /** What each may hold, in MiB. Default 128. */
  readonly memoryMb?: number;
};

export const DEFAULT_THREAD_MEMORY_MB = 128;

type Deps = {
  readonly config: ThreadsConfig | undefined;
  /** Closes the threads. */
  readonly scope: Scope;
  readonly logger: Logger;
  readonly metrics: Metrics;
};

/** The analysis of comments, in threads where there are any. */
export const openAnalysis = ({ config: { count, memoryMb } = {}, scope, logger, metrics }: Deps): MakeAnalyzeBatch => {
  const threads = count ?? Math.max(1, availableParallelism() - 1);
  if (threads === 0) return makeAnalyzeInTurns;
  const options = { program: analysisProgram, threads, memoryMb: memoryMb ?? DEFAULT_THREAD_MEMORY_MB, clock: systemClock };
  const pool = openThreadPool<AnalysisInput, readonly AnalysisRow[]>({ ...options, logger, metrics });
  return makeAnalyzeInThread(scope.use('threads', pool, (it) => it.close()).run);
};
