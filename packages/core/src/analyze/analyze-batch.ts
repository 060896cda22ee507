import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AnalysisRow, CommentText, KeywordRow } from '@otklik/contracts';
import { analyzeComment } from './analyze-comment.ts';
import { makeMatchKeywords } from './match-keywords.ts';

/** Finds everything in comments, in their order. Rejects with the reason of the signal. */
export type AnalyzeBatch = (batch: readonly CommentText[], signal: AbortSignal) => Promise<readonly AnalysisRow[]>;

/** Prepares for the keywords of a workspace, once for many batches. */
export type MakeAnalyzeBatch = (keywords: readonly SoughtKeyword[]) => AnalyzeBatch;

export type SoughtKeyword = Pick<KeywordRow, 'id' | 'normalized'>;

/** Other jobs of the process, and heartbeats, get their turn after so long. */
const TURN_MS = 20;

/** In this thread, in turns with everything else that it does. */
export const makeAnalyzeInTurns: MakeAnalyzeBatch = (keywords) => {
  const matchKeywords = makeMatchKeywords(keywords);
  return async (batch, signal) => {
    const rows: AnalysisRow[] = [];
    let turnEndsAt = performance.now() + TURN_MS;
    for (const comment of batch) {
      rows.push(analyzeComment(comment, matchKeywords));
      if (performance.now() < turnEndsAt) continue;
      await nextTurn();
      signal.throwIfAborted();
      turnEndsAt = performance.now() + TURN_MS;
    }
    signal.throwIfAborted();
    return rows;
  };
};
