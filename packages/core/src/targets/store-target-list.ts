import type { TargetLineRow, TargetListFormat, TargetListRow, TargetLists } from '@otklik/contracts';
import { decodeText } from './decode-text.ts';
import { type LineJudge, createLineJudge } from './judge-lines.ts';
import { readCsv } from './read-csv.ts';
import { refuseFile } from './refuse-file.ts';
import { targetColumn } from './target-column.ts';
import { type TextLine, textLines } from './text-lines.ts';

/** Rows of one statement. */
const BATCH = 5_000;

type Deps = { readonly lists: Pick<TargetLists, 'begin' | 'append' | 'finish' | 'remove'>; readonly newId: () => string };

export type TargetUpload = {
  readonly workspaceId: string;
  readonly name: string | null;
  readonly content:
    | { readonly format: 'txt' | 'csv'; readonly bytes: AsyncIterable<Uint8Array> }
    | { readonly format: 'json'; readonly lines: readonly string[] };
};
export type StoreTargetList = (upload: TargetUpload) => Promise<TargetListRow>;

/**
 * Stores a list of walls and posts as it comes in, with what became of each line. Whatever breaks on the way, nobody finds half
 * of a list. Throws ValidationError for a file that is no text in UTF-8, has no lines or too many, and what `bytes` throws.
 */
export const makeStoreTargetList =
  ({ lists, newId }: Deps): StoreTargetList =>
  async ({ workspaceId, name, content }) => {
    const list = { workspaceId, id: newId() };
    const judge = createLineJudge();
    await lists.begin({ ...list, name, format: content.format satisfies TargetListFormat });
    try {
      for await (const batch of inBatches(linesOf(content), judge)) await lists.append(list.id, batch);
      const counts = judge.counts();
      if (counts.lines === 0) throw refuseFile('has no lines');
      return await lists.finish({ ...list, counts });
    } catch (thrown) {
      // What can't be removed now goes with its age.
      await lists.remove(list).catch(() => false);
      throw thrown;
    }
  };

/** Part by part: what one part brings is worked off without waiting in between. */
const linesOf = (content: TargetUpload['content']): AsyncIterable<readonly TextLine[]> | Iterable<readonly TextLine[]> => {
  if (content.format === 'json') return [content.lines.map((text, index) => ({ line: index + 1, text }))];
  const text = decodeText(content.bytes);
  return content.format === 'csv' ? targetColumn(readCsv(text)) : textLines(text);
};

async function* inBatches(
  parts: AsyncIterable<readonly TextLine[]> | Iterable<readonly TextLine[]>,
  { judge }: LineJudge,
): AsyncGenerator<readonly TargetLineRow[]> {
  let batch: TargetLineRow[] = [];
  for await (const part of parts) {
    for (const line of part) {
      const row = judge(line);
      if (row !== null) batch.push(row);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
