import type { CsvRow } from './read-csv.ts';
import type { TextLine } from './text-lines.ts';

/** Names of the column that holds the targets, the most telling first. */
const NAMES = [
  'url',
  'link',
  'target',
  'wall',
  'post',
  'address',
  'page',
  'group',
  'community',
  'screen_name',
  'ссылка',
  'адрес',
  'группа',
  'сообщество',
];

/**
 * The targets of a table: the column that the first row names (`url`, `link`, `wall`, `ссылка` …), or else the first one, and then the
 * first row counts like the others.
 */
export async function* targetColumn(parts: AsyncIterable<readonly CsvRow[]>): AsyncGenerator<readonly TextLine[]> {
  let column: number | null = null;
  for await (const part of parts) {
    let rows = part;
    const [head] = rows;
    if (column === null && head !== undefined) {
      const named = namedColumn(head.cells);
      column = named ?? 0;
      if (named !== null) rows = rows.slice(1);
    }
    const at = column ?? 0;
    yield rows.map(({ line, cells }) => ({ line, text: cells[at] ?? '', isRow: cells.some((cell) => cell.trim() !== '') }));
  }
}

const namedColumn = (cells: readonly string[]): number | null => {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const name = NAMES.find((one) => names.includes(one));
  return name === undefined ? null : names.indexOf(name);
};
