import type { AnalysisRow, CommentText } from '@otklik/contracts';
import { threadFile } from '@otklik/shared';
import type { RunInThread } from '../threads/thread-program.ts';
import type { AnalysisInput } from './analysis-thread.ts';
import { type AnalyzeBatch, type MakeAnalyzeBatch, makeAnalyzeInTurns } from './analyze-batch.ts';
import { packKeywords } from './packed-keywords.ts';

/** What a thread has to load for it, and the function of that module. */
export const analysisProgram = { file: threadFile('./analysis-thread', import.meta.url), name: 'analyze' } as const;

/** Below so many characters the way to a thread and back costs more than it saves. */
const WORTHWHILE = 2_000;
/** More than so many go in parts: findings come back in pieces that our loop takes in a moment, and others get the thread in between. */
const AT_ONCE = 256 * 1024;

/** In a thread; here, in turns, what is not worth the way. */
export const makeAnalyzeInThread =
  (run: RunInThread<AnalysisInput, readonly AnalysisRow[]>): MakeAnalyzeBatch =>
  (keywords) => {
    const packed = packKeywords(keywords);
    let here: AnalyzeBatch | undefined;
    return async (batch, signal) => {
      const parts = partsOf(batch);
      if (parts.length === 1 && batch.reduce((sum, comment) => sum + charactersOf(comment), 0) < WORTHWHILE) {
        here ??= makeAnalyzeInTurns(keywords);
        return here(batch, signal);
      }
      const rows: AnalysisRow[] = [];
      for (const comments of parts) rows.push(...(await run({ comments, keywords: packed }, signal)));
      return rows;
    };
  };

const charactersOf = ({ text }: CommentText): number => text?.length ?? 0;

/** Each as large as may be, and at least one comment. */
const partsOf = (batch: readonly CommentText[]): readonly (readonly CommentText[])[] => {
  const parts: CommentText[][] = [[]];
  let characters = 0;
  for (const comment of batch) {
    characters += charactersOf(comment);
    if (characters > AT_ONCE && parts.at(-1)?.length !== 0) {
      parts.push([]);
      characters = charactersOf(comment);
    }
    parts.at(-1)?.push(comment);
  }
  return parts;
};
