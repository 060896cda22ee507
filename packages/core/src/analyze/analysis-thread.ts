import type { AnalysisRow, CommentText } from '@otklik/contracts';
import { makeThreadProgram } from '../threads/thread-program.ts';
import { analyzeComment } from './analyze-comment.ts';
import { type PackedKeywords, makeUnpackKeywords } from './packed-keywords.ts';

export type AnalysisInput = { readonly comments: readonly CommentText[]; readonly keywords: PackedKeywords };

const unpackKeywords = makeUnpackKeywords();

/** Analyzes comments in a thread. Stops between two of them when nobody waits for the answer any more. */
export const analyze = makeThreadProgram(({ comments, keywords }: AnalysisInput, isWanted): readonly AnalysisRow[] => {
  const matchKeywords = unpackKeywords(keywords);
  const rows: AnalysisRow[] = [];
  for (const comment of comments) {
    if (!isWanted()) break;
    rows.push(analyzeComment(comment, matchKeywords));
  }
  return rows;
});
