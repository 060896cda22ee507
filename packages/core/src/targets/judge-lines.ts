import { type TargetCounts, type TargetLineRow, looksSecret, readTarget } from '@otklik/contracts';
import { refuseFile } from './refuse-file.ts';
import type { TextLine } from './text-lines.ts';

/** Of one list. */
export const MAX_TARGET_LINES = 100_000;

/** What is kept of a line for whoever looks for it in the file. */
const MAX_TEXT = 200;

export type LineJudge = {
  /**
   * null for an empty line, which is nothing; a row of a table that only lacks its target is invalid. Throws ValidationError
   * for one line too many.
   */
  judge(line: TextLine): TargetLineRow | null;
  /** Of the lines so far. */
  counts(): TargetCounts;
};

/** Says of each line of one list what it names, why it names nothing, or which line named the same before. */
export const createLineJudge = (): LineJudge => {
  const seen = new Map<string, number>();
  let lines = 0;
  let valid = 0;
  let invalid = 0;

  const judge = ({ line, text, isRow = false }: TextLine): TargetLineRow | null => {
    if (text.trim() === '' && !isRow) return null;
    if (lines === MAX_TARGET_LINES) throw refuseFile(`has more than ${MAX_TARGET_LINES} lines: split it`);
    const index = lines++;
    const kept = {
      index,
      line,
      text: shown(text),
      ref: null,
      reason: null,
      duplicateOf: null,
    };
    const read = readTarget(text);
    if (read.kind === 'invalid') {
      invalid += 1;
      return { ...kept, outcome: 'invalid', reason: read.reason };
    }
    const duplicateOf = seen.get(read.ref);
    if (duplicateOf !== undefined) return { ...kept, outcome: 'duplicate', ref: read.ref, duplicateOf };
    seen.set(read.ref, line);
    valid += 1;
    return { ...kept, outcome: 'valid', ref: read.ref };
  };
  return { judge, counts: () => ({ lines, valid, invalid, duplicates: lines - valid - invalid }) };
};

/** A token that got in among the lines is shown to nobody. */
const shown = (text: string): string => (looksSecret(text) ? '[token]' : text.trim().slice(0, MAX_TEXT).toWellFormed());
